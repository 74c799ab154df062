import { symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeManifest } from '../../../src/session/manifest.js';
import { listSessions } from '../../../src/session/list.js';
import { atEnd } from '../../support/lifetime.js';
import { leftRunning } from '../../support/left-running.js';
import { createScratch } from '../../support/scratch.js';
import { openSession } from '../../support/session.js';

it('listSessions returns what each session is doing, the oldest first', async () => {
  const scratch = createScratch();
  const stateDir = scratch.at('state');
  expect(listSessions(stateDir)).toEqual({ sessions: [], unreadable: [] });
  const running = openSession(scratch, 'a', { startedAt: 3 });
  atEnd(() => running.lock.release());
  openSession(scratch, 'b', { startedAt: 2 }).lock.release();
  const detached = openSession(scratch, 'd', { startedAt: 4 });
  scratch.write(`${detached.paths.home}/daemon.lock`, JSON.stringify({ pid: process.pid }));
  detached.lock.release();
  const left = openSession(scratch, 'e', { startedAt: 5 });
  await leftRunning(left.paths.home);
  left.lock.release();
  const closed = openSession(scratch, 'c', { startedAt: 1 });
  closed.lock.release();
  writeManifest(closed.paths.manifest, { ...closed.manifest, state: { name: 'closed', at: 2 } });
  expect(listSessions(stateDir).sessions.map(({ manifest, status }) => [manifest.id, status])).toEqual([
    ['c', 'closed'],
    ['b', 'unmerged'],
    ['a', 'running'],
    ['d', 'running'],
    // Only Linux can tell whether a process is a daemon.
    ['e', process.platform === 'linux' ? 'running' : 'unmerged'],
  ]);
});

describe('a session that cannot be read', () => {
  it.each<readonly [what: string, spoil: (manifest: string) => void, unreadable: unknown]>([
    ['has an empty manifest', (manifest) => truncateSync(manifest), { why: 'lost' }],
    ['has half a manifest', (manifest) => writeFileSync(manifest, '{"version":1,'), { why: 'lost' }],
    ['has none', (manifest) => unlinkSync(manifest), { why: 'lost' }],
    ['is of a newer pclaude', (manifest) => writeFileSync(manifest, '{"version":2}'), { why: 'newer' }],
    ['has one that the system refuses', replacedByLoop, { why: 'refused', reason: 'a link leads back to itself' }],
  ])('%s: it is named, and the others are listed', (_what, spoil, unreadable) => {
    const scratch = createScratch();
    for (const id of ['a', 'b']) openSession(scratch, id).lock.release();
    const { paths, lock } = openSession(scratch, 'broken');
    lock.release();
    spoil(paths.manifest);
    const listed = listSessions(scratch.at('state'));
    expect(listed.sessions.map(({ manifest }) => manifest.id)).toEqual(['a', 'b']);
    expect(listed.unreadable).toEqual([{ paths, unreadable }]);
  });

  it('is not listed while it is being made', () => {
    const scratch = createScratch();
    const { paths, lock } = openSession(scratch, 'a');
    unlinkSync(paths.manifest);
    expect(listSessions(scratch.at('state'))).toEqual({ sessions: [], unreadable: [] });
    lock.release();
    scratch.write(paths.unfinishedMark, '');
    expect(listSessions(scratch.at('state'))).toEqual({ sessions: [], unreadable: [] });
  });
});

function replacedByLoop(manifest: string): void {
  unlinkSync(manifest);
  symlinkSync('session.json', manifest);
}
