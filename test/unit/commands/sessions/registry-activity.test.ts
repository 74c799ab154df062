import { expect, it } from 'vitest';
import { activityOf } from '../../../../src/commands/sessions/registry.js';

it.each([
  ['no client', [], undefined],
  ['one before its first turn', [{ status: null, lastActiveAt: 3 }], { status: null, idleSince: 3 }],
  ['one that waits for its user', [{ status: 'waiting', lastActiveAt: 5 }], { status: 'waiting', idleSince: 5 }],
  [
    'the last of two',
    [
      { status: 'idle', lastActiveAt: 5 },
      { status: 'waiting', lastActiveAt: 7 },
    ],
    { status: 'waiting', idleSince: 7 },
  ],
  [
    'one that is busy, beside a later one that is not',
    [
      { status: 'busy', lastActiveAt: 5 },
      { status: 'idle', lastActiveAt: 7 },
    ],
    { status: 'busy', idleSince: null },
  ],
])('activityOf %s', (_what, clients, expected) => {
  expect(activityOf(clients)).toEqual(expected);
});
