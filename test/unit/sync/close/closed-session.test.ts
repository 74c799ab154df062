import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readManifest } from '../../../../src/session/manifest.js';
import type { Session } from '../../../../src/session/session.js';
import { closeSession } from '../../../../src/sync/close/close.js';
import { reopenSession } from '../../../../src/sync/close/closed-session.js';
import { discardSession } from '../../../../src/sync/close/discard.js';
import { recoverAll } from '../../../../src/sync/close/recover-all.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { countingFiles, Crash, crashingFiles } from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout, openSession } from '../../../support/session.js';
import { leaveUnverified } from '../../../support/unverified.js';

const MEMORY = 'shared/projects/p/memory';

/** A session that worked, ended, and was merged. */
async function closed(sync: 'continuous' | 'exit'): Promise<{ scratch: Scratch; session: Session }> {
  const scratch = createScratch();
  scratch.write('shared/settings.json', '{"a":1}');
  scratch.write(`${MEMORY}/MEMORY.md`, '- one\n');
  const session = openSession(scratch, 'one', { sync });
  if (sync === 'exit') scratch.write(`${session.paths.notes}/MEMORY.md`, '- one\n- two\n');
  session.lock.release();
  await closeSession(realFiles, session, { isInUse: false });
  return { scratch, session: again(session) };
}

/** The files of a session without those that a closed session no longer needs, and without those that change with each closing. */
function lasting(tree: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !['one/memory', 'one/ending', 'one/session.json'].includes(path)));
}

/** The session as it is recorded on disk now. */
function again({ paths, stateDir, manifest }: Session): Session {
  return { stateDir, layout, paths, manifest: readManifest(paths.manifest) ?? manifest };
}

function reopen(session: Session, files: Files = realFiles): Session {
  return { ...session, manifest: reopenSession(files, session) };
}

it('a reopened session is merged and closed like any other', async () => {
  const { scratch, session } = await closed('continuous');
  expect(session.manifest.state.name).toBe('closed');
  const opened = reopen(session);
  expect(opened.manifest).toEqual({ ...session.manifest, state: { name: 'open' } });
  expect(again(session)).toEqual(opened);
  expect(existsSync(session.paths.openMark)).toBe(true);
  leaveUnverified(scratch, session, 'call', 'late.md', 'late\n');
  scratch.write(`${session.paths.home}/settings.json`, '{"a":1,"late":true}');
  const [recovered] = await recoverAll(realFiles, session);
  expect(recovered).toMatchObject({ id: 'one', result: { state: 'merged' } });
  expect(scratch.read(`${MEMORY}/late.md`)).toBe('late\n');
  expect(JSON.parse(scratch.read('shared/settings.json') ?? '')).toEqual({ a: 1, late: true });
  expect(again(session).manifest.state.name).toBe('closed');
  expect(existsSync(session.paths.openMark)).toBe(false);
});

it('a reopened session that was held back is held back again, from the current shared files, and can then be discarded', async () => {
  const { scratch, session } = await closed('exit');
  const { notes } = session.paths;
  expect(scratch.read(`${MEMORY}/MEMORY.md`)).toBe('- one\n- two\n');
  scratch.write(`${MEMORY}/MEMORY.md`, '- one\n- two\n- three\n');
  const opened = reopen(session);
  expect(realFiles.kind(notes)).toBe('folder');
  scratch.write(`${notes}/MEMORY.md`, '- one\n- two\n- three\n- four\n');
  expect(scratch.read(`${MEMORY}/MEMORY.md`)).toBe('- one\n- two\n- three\n');
  expect(await closeSession(realFiles, opened, { isInUse: false })).toMatchObject({ state: 'merged' });
  expect(scratch.read(`${MEMORY}/MEMORY.md`)).toBe('- one\n- two\n- three\n- four\n');
  expect(realFiles.kind(notes)).toBe('link');

  const once = reopen(again(session));
  scratch.write(`${notes}/MEMORY.md`, 'nothing\n');
  expect(await discardSession(realFiles, once)).toEqual(['memory/MEMORY.md']);
  expect(scratch.read(`${MEMORY}/MEMORY.md`)).toBe('- one\n- two\n- three\n- four\n');
});

it('an open session stays unchanged, and a discarded one stays discarded', async () => {
  const { scratch, session } = await closed('continuous');
  const opened = reopen(session);
  const before = scratch.tree();
  expect(reopen(opened)).toEqual(opened);
  expect(scratch.tree()).toEqual(before);
  scratch.write(`${session.paths.home}/settings.json`, '{"a":2}');
  await discardSession(realFiles, opened);
  const discarded = again(session);
  expect(reopen(discarded)).toEqual(discarded);
  expect(again(session)).toEqual(discarded);
  expect(existsSync(session.paths.openMark)).toBe(false);
});

it.each(['continuous', 'exit'] as const)(
  'a reopening that is killed before any call leaves a session, %s, that the next launch closes, and that can be opened again',
  async (sync) => {
    const files = countingFiles(realFiles);
    const whole = await closed(sync);
    reopen(whole.session, files);
    expect(files.calls.length).toBeGreaterThan(3);
    for (let call = 1; call <= files.calls.length; call++) {
      const { scratch, session } = await closed(sync);
      const shared = scratch.tree('shared');
      const kept = scratch.tree('state/sessions');
      expect(() => reopen(session, crashingFiles(realFiles, call))).toThrow(Crash);
      await recoverAll(realFiles, session);
      expect(again(session).manifest.state.name).toBe('closed');
      expect(lasting(scratch.tree('state/sessions'))).toEqual(lasting(kept));
      expect(existsSync(session.paths.openMark)).toBe(false);
      expect(reopen(again(session)).manifest.state.name).toBe('open');
      expect(scratch.tree('shared')).toEqual(shared);
    }
  },
);
