import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { sessionLines } from '../../../../src/commands/sessions/lines.js';
import type { PlainEntry, SessionEntry } from '../../../../src/commands/sessions/registry.js';
import { sessionTable } from '../../../../src/commands/sessions/sessions.js';
import type { Manifest } from '../../../../src/session/manifest.js';
import { sessionPaths } from '../../../../src/session/paths.js';
import { liveClient } from '../../../support/live-client.js';
import { createScratch } from '../../../support/scratch.js';
import { manifestOf } from '../../../support/session.js';

const MINUTE = 60_000;
const now = 3000 * MINUTE;
const scratch = createScratch();

function entry(id: string, changes: Partial<Manifest>, facts: Partial<SessionEntry> = {}): SessionEntry {
  const manifest = manifestOf(scratch, id, { memoryFolder: '/memory', ...changes });
  return {
    kind: 'session',
    paths: sessionPaths('/state', id),
    manifest,
    status: 'running',
    clients: [],
    unmerged: [],
    isStopped: false,
    ...facts,
  };
}

const plain: PlainEntry = {
  kind: 'plain',
  client: liveClient({ pid: 16264, cwd: '/two', startedAt: 0, status: 'idle', lastActiveAt: now - 5 * MINUTE }),
  sharedDir: '/shared',
  branch: 'main',
  isStopped: false,
};

/** Another client of the same session is busy. */
const waiting = entry(
  'f',
  { startedAt: now, cwd: '/three', branch: 'x' },
  { clients: [liveClient({ status: 'busy' }), liveClient({ status: 'waiting', lastActiveAt: now - 3 * MINUTE })] },
);

const stopped = entry(
  'g',
  { startedAt: now, cwd: '/three', branch: 'x' },
  { clients: [liveClient({ status: 'waiting', lastActiveAt: now - 2 * MINUTE })], isStopped: true },
);

it('sessionTable has a line for each session, with aligned columns', () => {
  const table = sessionTable(
    [
      { kind: 'unreadable', paths: sessionPaths('/state', 'lost'), unreadable: { why: 'newer' } },
      entry('a', { startedAt: 0, cwd: '/one', branch: null }, { status: 'unmerged', unmerged: ['memory/a.md', 'settings.json'] }),
      plain,
      entry('bcd', { startedAt: now - 61 * MINUTE, cwd: '/two', branch: 'main' }, { clients: [liveClient({ status: 'busy' })] }),
      entry('e', { startedAt: now - MINUTE + 1, cwd: '/three', branch: 'x', memoryFolder: null }, { status: 'closed', unmerged: null }),
      waiting,
      stopped,
    ],
    now,
  );
  expect(table.split('\n')).toEqual([
    'ID     STATE       ACTIVITY       IDLE  AGE  UNMERGED  BRANCH  FOLDER                     MEMORY',
    'lost   unreadable  -              -     -    -         -       (a newer pclaude made it)  -',
    'a      unmerged    -              -     2d   2         -       /one                       /memory',
    '16264  plain       idle           5m    2d   -         main    /two                       -',
    'bcd    running     busy           -     1h   -         main    /two                       /memory',
    'e      closed      -              -     0m   ?         x       /three                     -',
    'f      running     waits for you  3m    0m   -         x       /three                     /memory',
    'g      running     stopped        2m    0m   -         x       /three                     /memory',
    '',
  ]);
});

it('sessionTable has colours on request, for sessions that wait for their user, and for stopped ones', () => {
  const table = sessionTable([waiting, stopped], now, 80, true);
  const [heading = '', ...lines] = table.trimEnd().split('\n');
  expect([
    heading.includes('\u001B'),
    lines.map((line) => ['\u001B[1m\u001B[33mwaits for you', '\u001B[35mstopped'].map((text) => line.includes(text))),
  ]).toEqual([
    false,
    [
      [true, false],
      [false, true],
    ],
  ]);
  expect(stripVTControlCharacters(table)).toBe(sessionTable([waiting, stopped], now, 80));
});

it('sessionTable has one line for each session, whatever the name of its folder', () => {
  expect(sessionTable([entry('a', { cwd: '/two\nlines' })], 0).split('\n')[1]).toContain(String.raw` /two\nlines `);
});

it.each([60, 80, 100, 140])('sessionTable fits a terminal of %i columns, and shortens long values in their middle', (width) => {
  const long = entry('0123456789', {
    branch: 'feature/a-branch-with-a-rather-long-name',
    cwd: '/srv/checkouts/of-a-customer/the-project-with-a-long-name/packages/client',
    memoryFolder: '/srv/config/projects/-srv-checkouts-of-a-customer-the-project-with-a-long-name/memory',
  });
  const lines = sessionTable([long, plain, waiting], now, width).trimEnd().split('\n');
  expect(lines.map((line) => line.length <= width)).toEqual([true, true, true, true]);
  expect(lines[1]).toMatch(/^0123456789 .* fea\S*…\S*ame {2}\/srv\S*…\S*lient/);
  expect(['IDLE', 'AGE', 'UNMERGED', 'MEMORY'].filter((heading) => lines[0]?.includes(heading))).toEqual(
    { 60: [], 80: ['IDLE', 'AGE', 'UNMERGED'], 100: ['IDLE', 'AGE', 'UNMERGED'], 140: ['IDLE', 'AGE', 'UNMERGED', 'MEMORY'] }[width],
  );
});

it('sessionTable is empty without sessions', () => {
  expect(sessionTable([], 0)).toBe('');
});

it('sessionLines names the client that waits for its user, as the table does, before one that is busy', () => {
  expect(sessionLines(waiting, now).split('\n')[1]).toMatch(/^state +running, waits for you for 3m$/);
});
