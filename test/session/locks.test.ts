import { expect, test } from 'vitest';
import { tryKernelLock } from '../../src/platform/kernel-lock.js';
import { isHeld, isHeldAlone } from '../../src/session/locks.js';
import { createScratch } from '../support/scratch.js';

test.each([
  ['nobody', undefined, [false, false]],
  ['one alone', 'exclusive', [true, true]],
  ['one who would share it', 'shared', [true, false]],
] as const)('whether a lock is held, by %s', (_, mode, [held, alone]) => {
  const { at, write } = createScratch();
  expect([isHeld(at('lock')), isHeldAlone(at('lock'))]).toEqual([false, false]);
  write('lock', '');
  const lock = mode && tryKernelLock(at('lock'), mode);
  expect([isHeld(at('lock')), isHeldAlone(at('lock'))]).toEqual([held, alone]);
  lock?.release();
});
