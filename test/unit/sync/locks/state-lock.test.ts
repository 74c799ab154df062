import { existsSync, mkdirSync, rmdirSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { releaseStateLock, withStateLock } from '../../../../src/sync/locks/state-lock.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { createScratch } from '../../../support/scratch.js';

const fail = (): never => {
  throw new Error('failed');
};

const WAIT = { timeout: 15_000 };

describe('withStateLock', () => {
  it('holds the folder beside the file, as the client does, and returns the result', async () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    expect(await withStateLock(file, WAIT, null, () => existsSync(`${file}.lock`))).toBe(true);
    expect(scratch.tree()).toEqual({});
  });

  it('releases the lock if the callback throws', async () => {
    const scratch = createScratch();
    await expect(withStateLock(scratch.at('.claude.json'), WAIT, null, fail)).rejects.toThrow('failed');
    expect(scratch.tree()).toEqual({});
  });

  it('waits until the client releases the lock', async () => {
    const scratch = createScratch();
    const lock = scratch.folder('.claude.json.lock');
    const order: string[] = [];
    const ours = withStateLock(scratch.at('.claude.json'), WAIT, null, () => order.push('we'));
    order.push('the client');
    rmdirSync(lock);
    await ours;
    expect(order).toEqual(['the client', 'we']);
  });

  it('takes over a lock that was not touched for 10 s', async () => {
    const scratch = createScratch();
    const lock = scratch.folder('.claude.json.lock');
    const past = Date.now() / 1000 - 11;
    utimesSync(lock, past, past);
    expect(await withStateLock(scratch.at('.claude.json'), WAIT, null, () => 'done')).toBe('done');
    expect(scratch.tree()).toEqual({});
  });

  it('does not fail if another process has removed the lock meanwhile', async () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    expect(await withStateLock(file, WAIT, null, () => rmdirSync(`${file}.lock`))).toBeUndefined();
  });

  it("leaves the lock of a client that took pclaude's lock for stale", async () => {
    const file = createScratch().at('.claude.json');
    await withStateLock(file, WAIT, null, () => {
      rmdirSync(`${file}.lock`);
      // So that the disk does not use the same inode again.
      mkdirSync(`${file}.other`);
      mkdirSync(`${file}.lock`);
    });
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  it('throws if the folder of the file is missing', async () => {
    await expect(withStateLock(createScratch().at('missing/.claude.json'), WAIT, null, () => 'done')).rejects.toThrow('ENOENT');
  });
});

/** The mode of the lock of a process that was killed while it held it: the kernel frees its turn. */
const KILLED_MODE = 0o500;

describe('a turn at the lock', () => {
  it('is held as long as the lock', async () => {
    const scratch = createScratch();
    const turn = scratch.at('turn');
    expect(await withStateLock(scratch.at('.claude.json'), WAIT, turn, () => tryKernelLock(turn))).toBeUndefined();
    tryKernelLock(turn)?.release();
    expect(Object.keys(scratch.tree())).toEqual(['turn']);
  });

  it('is not granted within the time limit if another process keeps it', async () => {
    const scratch = createScratch();
    const turn = scratch.at('turn');
    const other = tryKernelLock(turn);
    await expect(withStateLock(scratch.at('.claude.json'), { timeout: 5 }, turn, () => 'done')).rejects.toMatchObject({
      code: 'lock-busy',
    });
    other?.release();
    expect(Object.keys(scratch.tree())).toEqual(['turn']);
  });

  it('takes over at once the lock that a killed pclaude process left', async () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    mkdirSync(`${file}.lock`, KILLED_MODE);
    expect(await withStateLock(file, { timeout: 0 }, scratch.at('turn'), () => 'done')).toBe('done');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('leaves a lock that a client holds', async () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    mkdirSync(`${file}.lock`);
    await expect(withStateLock(file, { timeout: 5 }, scratch.at('turn'), () => 'done')).rejects.toMatchObject({ code: 'lock-busy' });
    expect(existsSync(`${file}.lock`)).toBe(true);
  });
});

describe('releaseStateLock', () => {
  it('removes the lock that a killed process has left', () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    mkdirSync(`${file}.lock`, KILLED_MODE);
    releaseStateLock(file, scratch.write('turn', ''));
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('leaves the lock of a running process', async () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    const left = await withStateLock(file, WAIT, scratch.at('turn'), () => {
      releaseStateLock(file, scratch.at('turn'));
      return existsSync(`${file}.lock`);
    });
    expect(left).toBe(true);
  });

  it('leaves the lock of a client', () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    mkdirSync(`${file}.lock`);
    releaseStateLock(file, scratch.write('turn', ''));
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  it('does not fail if there is no lock', () => {
    const scratch = createScratch();
    releaseStateLock(scratch.at('.claude.json'), scratch.at('turn'));
    releaseStateLock(scratch.at('missing/.claude.json'), scratch.at('missing/turn'));
    expect(scratch.tree()).toEqual({});
  });
});
