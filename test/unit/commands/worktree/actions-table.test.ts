import { expect, test } from 'vitest';
import { worktreeTable } from '../../../../src/commands/worktree/actions.js';
import type { Overview } from '../../../../src/worktree/overview.js';

const entry = { path: '/w/app', kind: 'main', head: '1'.repeat(40), branch: 'main', locked: null, gone: false } as const;
const main: Overview = { entry, state: 'base', changed: 0, untracked: 0, distance: null, sessions: [], bytes: 1234 };
const long: Overview = {
  entry: {
    ...entry,
    kind: 'linked',
    branch: 'feature/a-branch-with-a-long-name',
    path: '/home/somebody/projects/app.worktrees/feature+a-branch-with-a-long-name',
  },
  state: 'unfinished',
  changed: 120,
  untracked: 7,
  distance: { with: 'origin/main', ahead: 12, behind: 345 },
  sessions: [
    { kind: 'session', id: 'abcdefghij', pid: 1, cwd: '/w' },
    { kind: 'client', pid: 4711, cwd: '/w' },
  ],
  bytes: 1_234_567_890,
};

test('a table has a row for each working tree', () => {
  expect(worktreeTable([main], 80)).toBe(
    'BRANCH  STATE  CHANGES  SYNC  SESSION  SIZE    FOLDER\nmain    base   0        -     -        1.2 kB  /w/app\n',
  );
  expect(worktreeTable([], 80)).toBe('');
});

test.each([80, 120])('it fits into %s columns: names are shortened in their middle', (columns) => {
  const lines = worktreeTable([main, long], columns).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(lines[2]).toMatch(/^fea\S*…\S+ +unfinished +127 +\+12 -345 +abcdefghij \+1 +1\.2 GB +\/\S+…\S*name$/);
});
