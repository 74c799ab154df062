import { expect, it } from 'vitest';
import { sessionTable } from '../../src/control/session-table.js';
import { createScratch } from '../support/scratch.js';
import { manifestOf } from '../support/session.js';

const MINUTE = 60_000;

it('sessionTable aligns its columns', () => {
  const scratch = createScratch();
  const now = 3000 * MINUTE;
  const table = sessionTable(
    [
      { manifest: manifestOf(scratch, 'a', { startedAt: 0, cwd: '/one', branch: null }), status: 'unmerged' },
      { manifest: manifestOf(scratch, 'bcd', { startedAt: now - 61 * MINUTE, cwd: '/two', branch: 'main' }), status: 'running' },
      { manifest: manifestOf(scratch, 'e', { startedAt: now - MINUTE + 1, cwd: '/three', branch: 'x' }), status: 'closed' },
    ],
    now,
  );
  expect(table).toBe(
    ['ID   STATE     AGE  BRANCH  FOLDER', 'a    unmerged  2d   -       /one', 'bcd  running   1h   main    /two', 'e    closed    0m   x       /three', ''].join('\n'),
  );
});

it('sessionTable has one line a session, whatever its folder is called', () => {
  const manifest = manifestOf(createScratch(), 'a', { cwd: '/two\nlines' });
  expect(sessionTable([{ manifest, status: 'running' }], 0).split('\n')[1]).toMatch(/ \/two\\nlines$/);
});

it('sessionTable is empty without sessions', () => {
  expect(sessionTable([], 0)).toBe('');
});
