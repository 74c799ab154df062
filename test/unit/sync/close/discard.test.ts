import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isInUse } from '../../../../src/session/locks.js';
import { readManifest } from '../../../../src/session/manifest.js';
import { closeSession } from '../../../../src/sync/close/close.js';
import { decideEnding } from '../../../../src/sync/close/discard.js';
import { discardEnded, recoverSession } from '../../../../src/sync/close/recover-session.js';
import { findConflicts } from '../../../../src/sync/conflicts/conflicts.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { countingFiles, crashingFiles } from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout, openSession, type OpenSession } from '../../../support/session.js';
import { leaveUnverified } from '../../../support/unverified.js';

const MEMORY = 'shared/projects/p/memory';

/** A session that wrote a note and a setting, and was killed. */
function prepare(sync: 'continuous' | 'exit'): { scratch: Scratch; session: OpenSession; shared: Record<string, string> } {
  const scratch = createScratch();
  scratch.write('shared/settings.json', '{"a":1}');
  scratch.write(`${MEMORY}/a.md`, 'a\n');
  const session = openSession(scratch, 'me', { sync });
  session.lock.release();
  const shared = scratch.tree('shared');
  const { home, notes } = session.paths;
  if (sync === 'exit') scratch.write(`${notes}/n.md`, 'new\n');
  else leaveUnverified(scratch, session, 'call', 'n.md', 'new\n');
  scratch.write(`${home}/settings.json`, '{"a":1,"b":');
  return { scratch, session, shared };
}

async function discard({ stateDir }: OpenSession, files: Files = realFiles): Promise<unknown> {
  return discardEnded(files, { stateDir, layout }, 'me');
}

describe('discardEnded', () => {
  it.each(['continuous', 'exit'] as const)(
    'closes a %s session without merging it, reports the dropped changes, and keeps it',
    async (sync) => {
      const { scratch, session, shared } = prepare(sync);
      const { stateDir, paths, manifest } = session;
      expect(await discard(session)).toEqual({ state: 'discarded', dropped: ['memory/n.md', 'settings.json'] });
      expect(readManifest(paths.manifest)?.state).toMatchObject({ name: 'closed', discarded: true });
      expect(scratch.tree('state/open')).toEqual({});
      expect(scratch.read(sync === 'exit' ? `${paths.oldNotes}/n.md` : `${paths.unverified}/call`)).toContain('new');

      expect(await recoverSession(realFiles, { stateDir, layout }, 'me')).toEqual({ state: 'merged', report: { memory: [], home: [] } });
      expect(await discard(session)).toEqual({ state: 'closed' });
      expect(scratch.tree('shared')).toEqual(shared);
      const sessions = [readManifest(paths.manifest) ?? manifest];
      expect(findConflicts(realFiles, { stateDir, shared: manifest.shared, layout, sessions })).toEqual([]);
    },
  );

  it('drops changes that could not be merged', async () => {
    const { scratch, session } = prepare('exit');
    rmSync(scratch.at('shared'), { recursive: true });
    scratch.write('shared', 'no folder');
    expect(await discard(session)).toMatchObject({ state: 'discarded', dropped: ['memory/', 'settings.json'] });
  });

  it('leaves a running session alone, and makes nothing for a missing one', async () => {
    const { scratch, session, shared } = prepare('exit');
    const lock = scratch.write(`${session.paths.home}/daemon.lock`, JSON.stringify({ pid: process.pid }));
    expect(await discard(session)).toEqual({ state: 'running' });
    expect(scratch.read(lock)).toBeDefined();
    expect(readManifest(session.paths.manifest)?.state.name).toBe('open');
    expect(scratch.tree('shared')).toEqual(shared);
    expect(await discardEnded(realFiles, session, 'missing')).toBeUndefined();
  });

  it('leaves a session unchanged, or discarded, if it is killed before any call', async () => {
    const files = countingFiles(realFiles);
    await discard(prepare('exit').session, files);
    for (let call = 1; call <= files.calls.length; call++) {
      const { scratch, session, shared } = prepare('exit');
      await discard(session, crashingFiles(realFiles, call)).catch(() => undefined);
      const isClosed = readManifest(session.paths.manifest)?.state.name === 'closed';
      await (isClosed ? recoverSession(realFiles, session, 'me') : discard(session));
      expect([call, scratch.tree('shared')]).toEqual([call, shared]);
      expect(scratch.read(`${session.paths.oldNotes}/n.md`)).toBe('new\n');
      expect(scratch.tree(session.paths.root)['notes']).toBe(`-> ${scratch.at(MEMORY)}`);
      expect(scratch.tree('state/open')).toEqual({});
    }
  });
});

describe('decideEnding', () => {
  it('can be decided only once', () => {
    const { scratch, session } = prepare('exit');
    expect(decideEnding(realFiles, session.paths, 'discard')).toBe('discard');
    expect(decideEnding(realFiles, session.paths, 'merge')).toBe('discard');
    expect(decideEnding(realFiles, session.paths, 'discard')).toBe('discard');
    expect(decideEnding(realFiles, prepare('exit').session.paths, 'merge')).toBe('merge');
    expect(scratch.temporaries()).toEqual([]);
  });

  it('throws if it fails', () => {
    const { session } = prepare('exit');
    const full: Files = {
      ...realFiles,
      hardLink: () => {
        throw new Error('ENOSPC');
      },
    };
    expect(() => decideEnding(full, session.paths, 'merge')).toThrow('ENOSPC');
  });
});

describe('closing a session', () => {
  it('discards a session for which that was requested while it ran', async () => {
    const { scratch, session, shared } = prepare('exit');
    decideEnding(realFiles, session.paths, 'discard');
    expect(await closeSession(realFiles, session, { isInUse: false })).toEqual({
      state: 'discarded',
      dropped: ['memory/n.md', 'settings.json'],
    });
    expect(scratch.tree('shared')).toEqual(shared);
  });

  it('refuses a request to discard the session once it merges', async () => {
    const { scratch, session } = prepare('exit');
    await closeSession(realFiles, session, { isInUse: false });
    expect(scratch.read(`${MEMORY}/n.md`)).toBe('new\n');
    expect(decideEnding(realFiles, session.paths, 'discard')).toBe('merge');
  });

  it('leaves a session with a daemon unchanged', async () => {
    const { scratch, session, shared } = prepare('exit');
    scratch.write(`${session.paths.home}/daemon.lock`, JSON.stringify({ pid: process.pid }));
    expect(await closeSession(realFiles, session, { isInUse: isInUse(session.paths.home) })).toEqual({
      state: 'merged',
      report: { memory: [], home: [] },
    });
    expect(scratch.tree('shared')).toEqual(shared);
    expect(decideEnding(realFiles, session.paths, 'discard')).toBe('discard');
  });
});
