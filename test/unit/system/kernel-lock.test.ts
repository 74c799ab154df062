import { existsSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { waitForKernelLock, waitForPassingLock } from '../../../src/system/kernel-lock.js';
import { createScratch } from '../../support/scratch.js';

const AT_ONCE = { timeout: 0 };

describe('a passing lock', () => {
  test('leaves no file, and is held once', async () => {
    const { at } = createScratch();
    const lock = await waitForPassingLock(at('lock'), AT_ONCE);
    await expect(waitForPassingLock(at('lock'), AT_ONCE)).rejects.toMatchObject({ code: 'lock-busy' });
    const next = waitForPassingLock(at('lock'), { timeout: 60_000 });
    lock.release();
    (await next).release();
    expect(existsSync(at('lock'))).toBe(false);
  });

  test('takes over the file of a killed holder', async () => {
    const { at, write } = createScratch();
    write('lock', '');
    (await waitForPassingLock(at('lock'), AT_ONCE)).release();
    expect(existsSync(at('lock'))).toBe(false);
  });

  test('does not remove the file of a later holder after the folder was wiped', async () => {
    const { at } = createScratch();
    const lock = await waitForPassingLock(at('lock'), AT_ONCE);
    rmSync(at('lock'));
    const next = await waitForPassingLock(at('lock'), AT_ONCE);
    lock.release();
    await expect(waitForPassingLock(at('lock'), AT_ONCE)).rejects.toMatchObject({ code: 'lock-busy' });
    next.release();
  });

  test('is not held if its last holder has removed the file meanwhile', async () => {
    const { at } = createScratch();
    let tries = 0;
    const lock = await waitForPassingLock(at('lock'), AT_ONCE, async (path, wait) => {
      const taken = await waitForKernelLock(path, wait);
      if (++tries === 1) rmSync(path);
      return taken;
    });
    expect([tries, existsSync(at('lock'))]).toEqual([2, true]);
    await expect(waitForPassingLock(at('lock'), AT_ONCE)).rejects.toMatchObject({ code: 'lock-busy' });
    lock.release();
  });
});
