import { expect, it } from 'vitest';
import { isHeld } from '../../../src/session/locks.js';
import { tryKernelLock } from '../../../src/system/kernel-lock.js';
import { atEnd } from '../../support/lifetime.js';
import { createScratch } from '../../support/scratch.js';

it.each([
  ['no process', undefined, 'exclusive', false],
  ['an exclusive holder', 'exclusive', 'exclusive', true],
  ['a process that only checks', 'shared', 'exclusive', false],
  ['no process', undefined, 'shared', false],
  ['one of several holders', 'shared', 'shared', true],
  ['an exclusive holder', 'exclusive', 'shared', true],
] as const)('isHeld by %s (%s), checked for a lock of the kind %s: %s', (_who, held, by, expected) => {
  const path = createScratch().write('lock', '');
  const lock = held && tryKernelLock(path, held);
  atEnd(() => lock?.release());
  expect(isHeld(path, by)).toBe(expected);
});

it('isHeld makes no file to check the lock', () => {
  const scratch = createScratch();
  expect(isHeld(scratch.at('lock'))).toBe(false);
  expect(scratch.tree()).toEqual({});
});
