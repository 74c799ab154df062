import { expect, it } from 'vitest';
import { sharedLockFile } from '../../../../src/session/paths.js';
import { closeSession } from '../../../../src/sync/close/close.js';
import { warmUpClose } from '../../../../src/sync/close/warm-up.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { makeFolder } from '../../../../src/system/fs/folders.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { countingFiles } from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { openSession, type OpenSession } from '../../../support/session.js';

function unchanged(plans: number): { scratch: Scratch; session: OpenSession } {
  const scratch = createScratch();
  scratch.write('shared/settings.json', '{"a":1}');
  for (let at = 0; at < plans; at++) scratch.write(`shared/plans/${at}.md`, `plan ${at}\n`);
  return { scratch, session: openSession(scratch, 'one') };
}

/** How often each call is made when a session with this many plans is closed, and nothing has changed. */
async function callsFor(plans: number): Promise<Record<string, number>> {
  const { calls, ...counting } = countingFiles(realFiles);
  const { session } = unchanged(plans);
  expect(await closeSession(counting, session, { isInUse: false })).toEqual({ state: 'merged', report: { memory: [], home: [] } });
  return Object.fromEntries([...new Set(calls)].toSorted().map((call) => [call, calls.filter((each) => each === call).length]));
}

it('a close looks at each file once, and not again at what one call for its folder has shown', async () => {
  const [few, more] = [await callsFor(1), await callsFor(11)];
  expect(few).toEqual({
    append: 1,
    entries: 5,
    kind: 13,
    linkTarget: 22,
    list: 2,
    modifiedAt: 1,
    read: 5,
    realPath: 2,
    remove: 1,
    removeFolder: 1,
    stat: 4,
  });
  expect(more).toEqual({ ...few, stat: (few['stat'] ?? 0) + 20, read: (few['read'] ?? 0) + 20 });
});

it('a close in memory merges a file of its own, writes nothing, and waits for no lock', async () => {
  const { scratch, session } = unchanged(1);
  const lockFile = sharedLockFile(session.stateDir, realFiles.realPath(session.manifest.shared.dir));
  makeFolder(scratch.at('state/locks'));
  const lock = tryKernelLock(lockFile);
  expect(lock).toBeDefined();
  const before = scratch.tree();
  expect(await warmUpClose(session)).toEqual({
    state: 'merged',
    report: { memory: [], home: [['plans/plan.md', { outcome: 'merged', decided: [] }]] },
  });
  expect(scratch.tree()).toEqual(before);
  lock?.release();
  session.lock.release();
  expect(await closeSession(realFiles, session, { isInUse: false })).toEqual({ state: 'merged', report: { memory: [], home: [] } });
});
