import { expect, it } from 'vitest';
import { writeManifest } from '../../src/session/manifest.js';
import { listSessions } from '../../src/session/list.js';
import { atEnd } from '../support/lifetime.js';
import { leftRunning } from '../support/left-running.js';
import { createScratch } from '../support/scratch.js';
import { openSession } from '../support/session.js';

it('listSessions tells what each session is doing, the oldest first', async () => {
  const scratch = createScratch();
  const stateDir = scratch.at('state');
  expect(listSessions(stateDir)).toEqual([]);
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
  scratch.write('state/sessions/broken/session.json', '{');
  expect(listSessions(stateDir).map(({ manifest, status }) => [manifest.id, status])).toEqual([
    ['c', 'closed'],
    ['b', 'unmerged'],
    ['a', 'running'],
    ['d', 'running'],
    // Of a process that is no daemon only Linux tells.
    ['e', process.platform === 'linux' ? 'running' : 'unmerged'],
  ]);
});
