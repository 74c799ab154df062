import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logFolder, sharedLockFile } from '../../../../src/session/paths.js';
import type { ByHand } from '../../../../src/sync/by-hand/hand-locks.js';
import { restore } from '../../../../src/sync/by-hand/restore-entry.js';
import type { LogEntry, LoggedFile } from '../../../../src/sync/log/entry.js';
import { readLog } from '../../../../src/sync/log/log.js';
import { restoreContent } from '../../../../src/system/content.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { mergeAndClose } from '../../../support/close.js';
import { countingFiles, crashingFiles, failingFiles, interferingFiles } from '../../../support/faulty-files.js';
import { quickFiles } from '../../../support/quick-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout, manifestOf, openSession } from '../../../support/session.js';

/** A session has changed `plans/a.md` and `plans/gone.md`, and made `plans/new.md`. */
async function merged(): Promise<Scratch> {
  const scratch = createScratch();
  scratch.write('shared/plans/a.md', '1\n2\n3\n');
  scratch.write('shared/plans/gone.md', 'old\n');
  const { lock, ...session } = openSession(scratch, 'anna000000', { branch: 'anna' });
  lock.release();
  scratch.write(`${session.paths.home}/plans/a.md`, 'one\n2\n3\n');
  rmSync(`${session.paths.home}/plans/gone.md`);
  scratch.write(`${session.paths.home}/plans/new.md`, 'new\n');
  await mergeAndClose(session, quickFiles);
  return scratch;
}

function where(scratch: Scratch): ByHand {
  return { stateDir: scratch.at('state'), layout, shared: manifestOf(scratch, 'any').shared };
}

/** The newest entry of the log that has a file of this name, and the file. */
function logged(scratch: Scratch, name: string): { entry: LogEntry; file: LoggedFile } {
  for (const entry of readLog(realFiles, logFolder(scratch.at('state'), scratch.at('shared')))) {
    const file = entry.files.find(({ place }) => place === `plans/${name}`);
    if (file) return { entry, file };
  }
  throw new Error(`the log has no ${name}`);
}

async function undo(scratch: Scratch, name: string, files: Files = realFiles): Promise<string | null> {
  const { entry, file } = logged(scratch, name);
  return (await restore(files, where(scratch), entry, [{ file, before: file.content.kept ? restoreContent(file.content.before) : null }]))
    .id;
}

const plans = (scratch: Scratch): Record<string, string> => scratch.tree('shared/plans');

describe('restore', () => {
  it.each([
    ['a.md', { 'a.md': '1\n2\n3\n', 'new.md': 'new\n' }],
    ['gone.md', { 'a.md': 'one\n2\n3\n', 'gone.md': 'old\n', 'new.md': 'new\n' }],
    ['new.md', { 'a.md': 'one\n2\n3\n' }],
  ])('restores %s to its old content, and its own entry undoes that', async (name, left) => {
    const scratch = await merged();
    const before = plans(scratch);
    const { entry } = logged(scratch, name);
    const made = await undo(scratch, name);
    expect(plans(scratch)).toEqual(left);
    expect(logged(scratch, name).entry).toMatchObject({ id: made, restores: entry.id, session: 'anna000000', pid: process.pid });
    expect(await undo(scratch, name)).not.toBe(made);
    expect(plans(scratch)).toEqual(before);
  });

  it('replaces all later changes', async () => {
    const scratch = await merged();
    scratch.write('shared/plans/a.md', 'quite another\n');
    await undo(scratch, 'a.md');
    expect(scratch.read('shared/plans/a.md')).toBe('1\n2\n3\n');
    await undo(scratch, 'a.md');
    expect(scratch.read('shared/plans/a.md')).toBe('quite another\n');
  });

  it('does nothing, and reports that, if the file is unchanged', async () => {
    const scratch = await merged();
    scratch.write('shared/plans/a.md', '1\n2\n3\n');
    expect(await undo(scratch, 'a.md')).toBeNull();
    expect(logged(scratch, 'a.md').entry.restores).toBeUndefined();
  });

  it('makes removed folders', async () => {
    const scratch = await merged();
    rmSync(scratch.at('shared/plans'), { recursive: true });
    await undo(scratch, 'gone.md');
    expect(plans(scratch)).toEqual({ 'gone.md': 'old\n' });
  });

  it('refuses if a folder has the name of the file', async () => {
    const scratch = await merged();
    scratch.write('shared/plans/gone.md/inside', 'theirs\n');
    await expect(undo(scratch, 'gone.md')).rejects.toMatchObject({
      code: 'not-restored',
      message: `${scratch.at('shared/plans/gone.md')} is in the way`,
    });
  });
});

describe('restore while an external writer writes', () => {
  it('merges the external change', async () => {
    const scratch = await merged();
    const files = interferingFiles(realFiles, { before: 'exchange', act: () => scratch.write('shared/plans/a.md', 'one\n2\nthree\n') });
    await undo(scratch, 'a.md', files);
    expect(scratch.read('shared/plans/a.md')).toBe('1\n2\nthree\n');
  });

  it('keeps both versions if they conflict, and reports that', async () => {
    const scratch = await merged();
    const files = interferingFiles(realFiles, { before: 'exchange', act: () => scratch.write('shared/plans/a.md', 'uno\n2\n3\n') });
    const copy = scratch.at('shared/plans/a.conflict-anna-anna000000.md');
    await expect(undo(scratch, 'a.md', files)).rejects.toMatchObject({
      code: 'not-restored',
      message: `${scratch.at('shared/plans/a.md')} has been changed meanwhile; the old version is kept as ${copy}`,
    });
    expect(Object.values(plans(scratch)).toSorted()).toEqual(['1\n2\n3\n', 'new\n', 'uno\n2\n3\n']);
  });

  it('locks all other sessions out', async () => {
    const scratch = await merged();
    let held: unknown = 'not tried';
    const files = interferingFiles(realFiles, {
      before: 'exchange',
      act: () => (held = tryKernelLock(sharedLockFile(scratch.at('state'), scratch.at('shared')))),
    });
    await undo(scratch, 'a.md', files);
    expect(held).toBeUndefined();
  });

  it("does not remove the external writer's file", async () => {
    const scratch = await merged();
    const files = interferingFiles(realFiles, { before: 'rename', act: () => scratch.write('shared/plans/new.md', 'theirs\n') });
    await expect(undo(scratch, 'new.md', files)).rejects.toMatchObject({
      message: `${scratch.at('shared/plans/new.md')} has been changed meanwhile`,
    });
    expect(scratch.read('shared/plans/new.md')).toBe('theirs\n');
  });
});

it('an error, or a crash, at any call leaves the file in the old state or in the new one; a second attempt restores it', async () => {
  const whole = await merged();
  const counting = countingFiles(quickFiles);
  await undo(whole, 'a.md', counting);
  expect(counting.calls.length).toBeGreaterThan(10);
  for (let call = 1; call <= counting.calls.length; call++) {
    for (const faulty of [failingFiles(quickFiles, { call, error: 'ENOSPC' }), crashingFiles(quickFiles, call)]) {
      const scratch = await merged();
      const { entry, file } = logged(scratch, 'a.md');
      const wanted = [{ file, before: Buffer.from('1\n2\n3\n') }];
      await expect(restore(faulty, where(scratch), entry, wanted)).rejects.toThrow(/ENOSPC|killed/);
      expect(['one\n2\n3\n', '1\n2\n3\n']).toContain(scratch.read('shared/plans/a.md'));
      await restore(quickFiles, where(scratch), entry, wanted);
      expect(plans(scratch)).toEqual({ 'a.md': '1\n2\n3\n', 'new.md': 'new\n' });
      expect(scratch.temporaries()).toEqual([]);
    }
  }
});

it('is logged, even after a crash at any call', async () => {
  const calls = countingFiles(quickFiles);
  await undo(await merged(), 'a.md', calls);
  for (let call = 1; call <= calls.calls.length; call++) {
    const scratch = await merged();
    const { entry, file } = logged(scratch, 'a.md');
    const wanted = [{ file, before: Buffer.from('1\n2\n3\n') }];
    await expect(restore(crashingFiles(quickFiles, call), where(scratch), entry, wanted)).rejects.toThrow('killed');
    await restore(quickFiles, where(scratch), entry, wanted);
    expect(logged(scratch, 'a.md').file.content, `killed at call ${call}`).toEqual({
      kept: true,
      before: 'one\n2\n3\n',
      after: '1\n2\n3\n',
    });
  }
});
