import { existsSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/session/manifest.js';
import { quarantinedIn } from '../../../../src/sync/change.js';
import { findConflicts } from '../../../../src/sync/conflicts/conflicts.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../../support/close.js';
import { brokenFiles, interferingFiles } from '../../../support/faulty-files.js';
import { leftRunning } from '../../../support/left-running.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { openSession, type OpenSession } from '../../../support/session.js';

function prepare(): { scratch: Scratch; session: OpenSession } {
  const scratch = createScratch();
  scratch.write('shared/settings.json', '{"a":1}');
  const session = openSession(scratch, 'one');
  session.lock.release();
  return { scratch, session };
}

describe('closeSession', () => {
  it('closes a session that changed nothing', async () => {
    const { session } = prepare();
    const { stateDir, paths, manifest, layout } = session;
    expect(await mergeAndClose({ stateDir, paths, manifest, layout })).toEqual({ memory: [], home: [] });
    expect(readManifest(paths.manifest)?.state.name).toBe('closed');
    expect([paths.unverified, paths.openMark, paths.home, paths.homeBase].map((path) => existsSync(path))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it.runIf(process.platform === 'linux')(
    'merges a session with a process that still runs, and does not close it, even if that process exits meanwhile',
    async () => {
      const { scratch, session } = prepare();
      const { stateDir, paths, manifest, layout } = session;
      scratch.write(`${paths.home}/settings.json`, '{"a":2}');
      const end = await leftRunning(paths.home);
      const ending: Files = {
        ...realFiles,
        forceAll: async (files) => {
          await realFiles.forceAll(files);
          scratch.write(`${paths.home}/settings.json`, '{"a":3}');
          await end();
        },
      };
      await mergeAndClose({ stateDir, paths, manifest, layout }, ending);
      expect(scratch.read('shared/settings.json')).toBe('{"a":2}');
      expect(readManifest(paths.manifest)?.state.name).toBe('open');
      expect(existsSync(paths.openMark)).toBe(true);
      await mergeAndClose({ stateDir, paths, manifest, layout });
      expect(scratch.read('shared/settings.json')).toBe('{"a":3}');
      expect(readManifest(paths.manifest)?.state.name).toBe('closed');
    },
  );

  it('rebuilds a broken shared file from what the session knows, and keeps the broken one', async () => {
    const { scratch, session } = prepare();
    const { stateDir, paths, manifest, layout } = session;
    scratch.write(`${paths.home}/settings.json`, '{"a":1,"b":2}');
    scratch.write('shared/settings.json', '{"a":1,');
    const quarantined = quarantinedIn(await mergeAndClose({ stateDir, paths, manifest, layout }));
    expect(quarantined).toHaveLength(1);
    expect(scratch.read(quarantined[0] ?? '')).toBe('{"a":1,');
    expect(scratch.read('shared/settings.json')).toBe('{"a":1,"b":2}');
  });

  it("fixes a broken shared file behind a link, at the link's target", async () => {
    const { scratch, session } = prepare();
    const { stateDir, paths, manifest, layout } = session;
    scratch.write('dotfiles/settings', '{broken');
    rmSync(scratch.at('shared/settings.json'));
    scratch.link('shared/settings.json', '../dotfiles/settings');
    scratch.write(`${paths.home}/settings.json`, '{"a":1,"b":2}');
    const report = await mergeAndClose({ stateDir, paths, manifest, layout });
    expect(report.home).toMatchObject([['settings.json', { outcome: 'merged', decided: [] }]]);
    expect(scratch.read('dotfiles/settings')).toBe('{"a":1,"b":2}');
    expect(quarantinedIn(report)).toEqual([expect.stringContaining('dotfiles/settings.corrupt.')]);
  });

  it('merges the rest if one file cannot be read', async () => {
    const { scratch, session } = prepare();
    const { stateDir, paths, manifest, layout } = session;
    for (const name of ['a.md', 'b.md']) scratch.write(`${paths.home}/plans/${name}`, 'mine\n');
    const unreadable: Files = {
      ...realFiles,
      readInside: (folder, place) => {
        if (place === 'plans/a.md') throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
        return realFiles.readInside(folder, place);
      },
    };
    await expect(mergeAndClose({ stateDir, paths, manifest, layout }, unreadable)).rejects.toThrow('EACCES');
    expect(scratch.tree('shared/plans')).toEqual({ 'b.md': 'mine\n' });
  });

  it.each(['settings.json', '.claude.json'])('leaves a %s that does not parse for the user to settle', async (name) => {
    const { scratch, session } = prepare();
    const { stateDir, paths, manifest, layout } = session;
    scratch.write(`shared/${name}`, '{"a":2}');
    scratch.write(`${paths.home}/${name}`, '{"a":');
    const { home } = await mergeAndClose({ stateDir, paths, manifest, layout });
    expect(home).toEqual([[name, { outcome: 'conflict', copy: null }]]);
    expect(
      findConflicts(realFiles, {
        stateDir,
        shared: manifest.shared,
        layout,
        sessions: [{ ...manifest, state: { name: 'closed', at: 1 } }],
      }),
    ).toMatchObject([{ kind: 'held', place: name }]);
    expect(scratch.read(`shared/${name}`)).toBe('{"a":2}');
  });

  it('leaves nothing with secrets behind if the state dir is full', async () => {
    const { scratch, session } = prepare();
    const { stateDir, paths, manifest, layout } = session;
    scratch.write(`${paths.home}/settings.json`, '{"env":{"KEY":"secret"}}');
    for (let call = 1; call <= 2; call++) {
      const full = interferingFiles(realFiles, {
        before: 'writeNew',
        nth: call,
        act: () => {
          throw new Error('ENOSPC');
        },
      });
      await expect(mergeAndClose({ stateDir, paths, manifest, layout }, full)).rejects.toThrow('ENOSPC');
      expect(scratch.temporaries()).toEqual([]);
    }
  });

  it('leaves the session unchanged if it fails, and releases the locks', async () => {
    const { scratch, session } = prepare();
    const { stateDir, paths, manifest, layout } = session;
    scratch.write(`${paths.home}/.claude.json`, '{"b":2}');
    const before = scratch.tree('state/sessions/one');
    await expect(
      mergeAndClose({ stateDir, paths, manifest, layout }, brokenFiles(realFiles, { call: 'writeNew', error: 'ENOSPC' })),
    ).rejects.toThrow('ENOSPC');
    expect(scratch.tree('state/sessions/one')).toEqual(before);
    expect(existsSync(paths.openMark)).toBe(true);
    expect(existsSync(scratch.at('shared/.claude.json.lock'))).toBe(false);
    await mergeAndClose({ stateDir, paths, manifest, layout });
    expect(scratch.read('shared/.claude.json')).toBe('{"b":2}');
  });
});
