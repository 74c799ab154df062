import { expect, it } from 'vitest';
import { tryKernelLock } from '../../../src/system/kernel-lock.js';
import { isFreeElsewhere } from '../../../src/system/lock-elsewhere.js';
import { createScratch } from '../../support/scratch.js';

it('another process gets a lock unless it is held, and returns it', () => {
  const { at, write } = createScratch();
  write('lock', '');
  expect(isFreeElsewhere(at('lock'))).toBe(true);
  const lock = tryKernelLock(at('lock'));
  expect([lock === undefined, isFreeElsewhere(at('lock'))]).toEqual([false, false]);
  lock?.release();
  expect(isFreeElsewhere(at('none/lock'))).toBeUndefined();
});
