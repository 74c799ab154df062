import { expect, it } from 'vitest';
import { whyFull } from '../../../../src/coordination/limits.js';

const MIB = 1024 * 1024;

it.each([
  ['no limits', {}, 99, 0, undefined],
  ['one place left', { sessions: 3 }, 2, 0, undefined],
  ['no place left', { sessions: 3 }, 3, 0, { why: 'sessions', live: 3, limit: 3 }],
  ['more than there may be', { sessions: 3 }, 5, 0, { why: 'sessions', live: 5, limit: 3 }],
  ['memory enough', { freeMemoryMiB: 300 }, 9, 300 * MIB, undefined],
  ['too little memory', { freeMemoryMiB: 300 }, 9, 300 * MIB - 1, { why: 'memory', freeMiB: 299, limit: 300 }],
])('whyFull: %s', (_what, limits, live, free, expected) => {
  expect(whyFull({ sessions: undefined, freeMemoryMiB: undefined, atLimit: 'wait', ...limits }, live, free)).toEqual(expected);
});
