import { describe, expect, it } from 'vitest';
import { holdLaunch } from '../../../../src/session/locks.js';
import { type SessionPaths, sessionPaths } from '../../../../src/session/paths.js';
import { recoverAll, removeUnfinished } from '../../../../src/sync/close/recover-all.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { brokenFiles } from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout, openSession } from '../../../support/session.js';

/** The files of a session that was nearly made. */
function leftover(id = 'one'): { scratch: Scratch; stateDir: string; paths: SessionPaths } {
  const scratch = createScratch();
  const stateDir = scratch.at('state');
  const paths = sessionPaths(stateDir, id);
  scratch.write(paths.unfinishedMark, '');
  scratch.write(paths.alive, '');
  scratch.write(`${paths.home}/settings.json`, '{}');
  scratch.link(`${paths.home}/skills`, scratch.folder('shared/skills'));
  scratch.write('shared/skills/a/SKILL.md', 'a\n');
  scratch.folder('state/locks');
  return { scratch, stateDir, paths };
}

describe('removeUnfinished', () => {
  it('removes it, and nothing behind its links', () => {
    const { scratch, stateDir } = leftover();
    removeUnfinished(realFiles, stateDir, ['one']);
    expect(scratch.tree()).toEqual({
      'shared/skills/a/SKILL.md': 'a\n',
      'state/locks/launches': '',
      'state/open': 'folder',
      'state/sessions': 'folder',
    });
  });

  it('does nothing while a session is being made', () => {
    const { scratch, stateDir } = leftover();
    const before = scratch.tree('state/sessions');
    const launch = holdLaunch(stateDir);
    removeUnfinished(realFiles, stateDir, ['one']);
    launch?.release();
    expect(scratch.tree('state/sessions')).toEqual(before);
    expect(scratch.tree('state/open')).toEqual({ 'one.new': '' });
  });

  it('leaves a session whose launch holds its lock, or that has been finished since', () => {
    const { scratch, stateDir, paths } = leftover();
    const before = scratch.tree('state/sessions');
    const lock = tryKernelLock(paths.alive);
    removeUnfinished(realFiles, stateDir, ['one']);
    lock?.release();
    realFiles.rename(paths.unfinishedMark, paths.openMark);
    removeUnfinished(realFiles, stateDir, ['one']);
    expect(scratch.tree('state/sessions')).toEqual(before);
    expect(scratch.tree('state/open')).toEqual({ one: '' });
  });

  it('keeps the mark if it fails, and does not block the others', async () => {
    const { scratch, stateDir, paths } = leftover();
    openSession(scratch, 'two').lock.release();
    const broken = brokenFiles(realFiles, { call: 'removeFolder', error: 'EACCES' });
    expect(() => removeUnfinished(broken, stateDir, ['one'])).toThrow('EACCES');
    expect(
      await recoverAll(
        { ...realFiles, removeFolder: (folder) => (folder === paths.root ? broken : realFiles).removeFolder(folder) },
        { stateDir, layout },
      ),
    ).toMatchObject([{ id: 'two', result: { state: 'merged' } }]);
    expect(scratch.tree('state/open')).toEqual({ 'one.new': '' });
  });
});
