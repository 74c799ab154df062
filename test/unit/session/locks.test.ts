import { expect, it } from 'vitest';
import { isHeld } from '../../../src/session/locks.js';
import { tryKernelLock } from '../../../src/system/kernel-lock.js';
import { atEnd } from '../../support/lifetime.js';
import { createScratch } from '../../support/scratch.js';

it.each([
  ['nobody', undefined, 'exclusive', false],
  ['one who holds it alone', 'exclusive', 'exclusive', true],
  ['one who only asks', 'shared', 'exclusive', false],
  ['nobody', undefined, 'shared', false],
  ['one of many', 'shared', 'shared', true],
  ['one who holds it alone', 'exclusive', 'shared', true],
] as const)('isHeld by %s (%s), of a lock that is held in the way %s: %s', (_who, held, by, expected) => {
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
