import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/session/manifest.js';
import { recoverSession } from '../../../src/sync/close/recover-session.js';
import { recoverAll } from '../../../src/sync/close/recover-all.js';
import { findConflicts } from '../../../src/sync/conflicts/conflicts.js';
import { syncRunning } from '../../../src/sync/sync-running.js';
import type { Files } from '../../../src/system/files/files.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../support/close.js';
import { countingFiles, withReadOnly } from '../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { layout, openSession, type OpenSession } from '../../support/session.js';

interface Prepared {
  readonly scratch: Scratch;
  readonly session: OpenSession;
  /** The store of a home manager, to which no program writes. */
  readonly store: (code: string) => Files;
}

function prepare(): Prepared {
  const scratch = createScratch();
  scratch.link('shared/settings.json', scratch.write('store/settings.json', '{"a":1}'));
  scratch.write('shared/.claude.json', '{"numStartups":1}');
  const session = openSession(scratch, 'one');
  writeFileSync(`${session.paths.home}/settings.json`, '{"a":1,"ours":2}');
  writeFileSync(`${session.paths.home}/.claude.json`, '{"numStartups":2}');
  session.lock.release();
  return { scratch, session, store: (code) => withReadOnly(realFiles, (path) => `${path}/`.startsWith(scratch.at('store/')), code) };
}

describe.each(['EROFS', 'EACCES', 'EPERM'])('settings that lead to a read-only store, for which the system reports %s', (code) => {
  it('are reported once and listed, everything else is merged, and the session is closed', async () => {
    const { scratch, session, store } = prepare();
    const report = await mergeAndClose(session, store(code));
    expect(report).toEqual({ memory: [], home: [['.claude.json', { outcome: 'merged', decided: [] }]], readOnly: ['settings.json'] });
    expect([scratch.read('store/settings.json'), scratch.read('shared/.claude.json')]).toEqual(['{"a":1}', '{"numStartups":2}']);
    const manifest = readManifest(session.paths.manifest);
    expect(manifest?.state.name).toBe('closed');
    expect(await recoverAll(store(code), { stateDir: session.stateDir, layout })).toEqual([]);
    const conflicts = findConflicts(realFiles, {
      stateDir: session.stateDir,
      shared: session.manifest.shared,
      layout,
      sessions: manifest ? [manifest] : [],
    });
    expect(conflicts.map(({ kind, place, ours }) => [kind, place, ours])).toEqual([
      ['held', 'settings.json', `${session.paths.home}/settings.json`],
    ]);
    expect(scratch.temporaries()).toEqual([]);
  });

  it('can be merged by hand once they are writable again, each change once', async () => {
    const { scratch, session, store } = prepare();
    await mergeAndClose(session, store(code));
    for (let time = 0; time < 2; time++) await recoverSession(realFiles, { stateDir: session.stateDir, layout }, 'one');
    expect([scratch.read('store/settings.json'), scratch.read('shared/.claude.json')]).toEqual(['{"a":1,"ours":2}', '{"numStartups":2}']);
  });

  it('block nothing while the session runs, and no sync tries to write them', async () => {
    const { scratch, session, store } = prepare();
    const { calls, ...counting } = countingFiles(store(code));
    expect(await syncRunning(counting, session)).toEqual({
      memory: [],
      home: [['.claude.json', { outcome: 'merged', decided: [] }]],
    });
    const before = calls.length;
    expect(await syncRunning(counting, session)).toEqual({ memory: [], home: [] });
    expect(
      calls.slice(before).filter((call) => ['writeNew', 'writePrivate', 'append', 'exchange', 'rename', 'remove'].includes(call)),
    ).toEqual([]);
    expect(scratch.temporaries()).toEqual([]);
  });
});
