import { chmodSync, renameSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryName } from '../../../../src/system/fs/atomic-write.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { type EditOutcome, applyEdit, stageEdit, type FileEdit } from '../../../../src/sync/apply/file-edit.js';
import { brokenFiles, interferingFiles, withMounts, withoutLinks } from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

const bytes = (text: string | null): Uint8Array | null => (text === null ? null : Buffer.from(text));

function editOf(scratch: Scratch, before: string | null, after: string | null, name = 'a.md'): FileEdit {
  const target = scratch.at(name);
  return { target, before: bytes(before), after: bytes(after), temporary: temporaryName(target) };
}

/** As a sync does it: files beside the file are removed, except for an overwritten version. */
function carryOut(
  scratch: Scratch,
  before: string | null,
  after: string | null,
  files: Files = realFiles,
): { applied: EditOutcome; temporary: string } {
  const edit = editOf(scratch, before, after);
  stageEdit(realFiles, edit);
  try {
    const applied = applyEdit(files, edit);
    if (applied.state === 'done' || applied.state === 'moved') realFiles.remove(edit.temporary);
    return { applied, temporary: edit.temporary };
  } catch (error) {
    realFiles.remove(edit.temporary);
    throw error;
  }
}

describe('a file edit that changes a file', () => {
  it('replaces the expected content with the new one, and keeps the mode', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    chmodSync(path, 0o640);
    expect(carryOut(scratch, 'old', 'new').applied).toEqual({ state: 'done' });
    expect(scratch.tree()).toEqual({ 'a.md': 'new' });
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(scratch.temporaries()).toEqual([]);
  });

  it('makes a new file that only its owner may read', () => {
    const scratch = createScratch();
    expect(carryOut(scratch, null, 'new').applied).toEqual({ state: 'done' });
    expect(scratch.tree()).toEqual({ 'a.md': 'new' });
    expect(statSync(scratch.at('a.md')).mode & 0o777).toBe(0o600);
    expect(scratch.temporaries()).toEqual([]);
  });

  it('changes nothing before it is applied', () => {
    const scratch = createScratch();
    scratch.write('a.md', 'old');
    const edit = editOf(scratch, 'old', 'new');
    stageEdit(realFiles, edit);
    expect(scratch.tree()).toEqual({ 'a.md': 'old' });
    expect(scratch.read(edit.temporary)).toBe('new');
    expect(scratch.temporaries()).toHaveLength(1);
  });

  it.each<readonly [name: string, present: string | null, expected: string | null]>([
    ['it holds something else', 'other', 'old'],
    ['it is gone', null, 'old'],
    ['it is there', 'other', null],
  ])('writes nothing if the file is not as expected: %s', (_name, present, expected) => {
    const scratch = createScratch();
    if (present !== null) scratch.write('a.md', present);
    expect(carryOut(scratch, expected, 'new').applied).toEqual({ state: 'moved' });
    expect(scratch.read('a.md')).toBe(present ?? undefined);
    expect(scratch.temporaries()).toEqual([]);
  });

  it.each<readonly [how: string, act: (scratch: Scratch) => void]>([
    ['into the file', (scratch) => void scratch.write('a.md', 'stranger')],
    ['by a rename', (scratch) => renameSync(scratch.write('theirs', 'stranger'), scratch.at('a.md'))],
  ])('restores, and keeps on the disk, the text that an external writer wrote at the last moment, %s', (_how, act) => {
    const scratch = createScratch();
    scratch.write('a.md', 'old');
    const { applied, temporary } = carryOut(
      scratch,
      'old',
      'new',
      interferingFiles(realFiles, { before: 'exchange', act: () => act(scratch) }),
    );
    expect(applied).toEqual({ state: 'overwrote', content: Buffer.from('stranger') });
    expect(scratch.read('a.md')).toBe('new');
    expect(scratch.read(temporary)).toBe('stranger');
  });

  it('writes nothing if an external writer removes the file after the comparison', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    const files = interferingFiles(realFiles, { before: 'exchange', act: () => rmSync(path) });
    expect(carryOut(scratch, 'old', 'new', files).applied).toEqual({ state: 'moved' });
    expect(scratch.tree()).toEqual({});
    expect(scratch.temporaries()).toEqual([]);
  });

  it('writes nothing if an external writer makes the same new file at the same moment', () => {
    const scratch = createScratch();
    const files = interferingFiles(realFiles, { before: 'hardLink', act: () => scratch.write('a.md', 'stranger') });
    expect(carryOut(scratch, null, 'new', files).applied).toEqual({ state: 'moved' });
    expect(scratch.tree()).toEqual({ 'a.md': 'stranger' });
    expect(scratch.temporaries()).toEqual([]);
  });

  it('restores the file if it cannot read the version that it has overwritten', () => {
    const scratch = createScratch();
    scratch.write('a.md', 'old');
    expect(() => carryOut(scratch, 'old', 'new', brokenFiles(realFiles, { call: 'read', from: 2, error: 'EIO' }))).toThrow('EIO');
    expect(scratch.tree()).toEqual({ 'a.md': 'old' });
    expect(scratch.temporaries()).toEqual([]);
  });

  it.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'ENOSYS'])(
    'changes and makes files on a disk that can neither exchange nor link, and reports %s',
    (code) => {
      const scratch = createScratch();
      scratch.write('a.md', 'old');
      expect(carryOut(scratch, 'old', 'new', withoutLinks(realFiles, code)).applied).toEqual({ state: 'done' });
      expect(scratch.tree()).toEqual({ 'a.md': 'new' });
      rmSync(scratch.at('a.md'));
      expect(carryOut(scratch, null, 'new', withoutLinks(realFiles, code)).applied).toEqual({ state: 'done' });
      expect(scratch.tree()).toEqual({ 'a.md': 'new' });
      expect(statSync(scratch.at('a.md')).mode & 0o777).toBe(0o600);
      expect(scratch.temporaries()).toEqual([]);
    },
  );

  it('overwrites no file that an external writer makes at the same moment on a disk without hard links', () => {
    const scratch = createScratch();
    const files: Files = withoutLinks(realFiles);
    const applied = carryOut(scratch, null, 'new', {
      ...files,
      hardLink: (path, name) => {
        scratch.write('a.md', 'stranger');
        files.hardLink(path, name);
      },
    });
    expect(applied.applied).toEqual({ state: 'moved' });
    expect(scratch.tree()).toEqual({ 'a.md': 'stranger' });
    expect(scratch.temporaries()).toEqual([]);
  });

  it('throws an error of a link that is not about what the disk can do, and leaves everything unchanged', () => {
    const scratch = createScratch();
    expect(() => carryOut(scratch, null, 'new', brokenFiles(realFiles, { call: 'hardLink', error: 'ENOSPC' }))).toThrow('ENOSPC');
    expect(scratch.tree()).toEqual({});
    expect(scratch.temporaries()).toEqual([]);
  });

  it('writes a file on which something is mounted in place', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    const { ino } = statSync(path);
    expect(
      carryOut(
        scratch,
        'old',
        'new',
        withMounts(realFiles, (each) => each === path),
      ).applied,
    ).toEqual({ state: 'done' });
    expect(scratch.tree()).toEqual({ 'a.md': 'new' });
    expect(statSync(path).ino).toBe(ino);
    expect(scratch.temporaries()).toEqual([]);
  });
});

describe('a file edit that removes a file', () => {
  it.each<readonly [name: string, present: string | null, state: string, left: string | undefined]>([
    ['removes what was expected', 'old', 'done', undefined],
    ['leaves something else', 'other', 'moved', 'other'],
    ['has nothing to do if there is no file', null, 'moved', undefined],
  ])('%s', (_name, present, state, left) => {
    const scratch = createScratch();
    if (present !== null) scratch.write('a.md', present);
    expect(carryOut(scratch, 'old', null).applied).toEqual({ state });
    expect(scratch.read('a.md')).toBe(left);
    expect(scratch.temporaries()).toEqual([]);
  });

  it('restores, and keeps on the disk, the text that an external writer wrote at the last moment', () => {
    const scratch = createScratch();
    scratch.write('a.md', 'old');
    const files = interferingFiles(realFiles, { before: 'rename', act: () => scratch.write('a.md', 'stranger') });
    const { applied, temporary } = carryOut(scratch, 'old', null, files);
    expect(applied).toEqual({ state: 'overwrote', content: Buffer.from('stranger') });
    expect(scratch.read(temporary)).toBe('stranger');
  });

  it('has nothing to do if an external writer removes the file at the same moment', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    const files = interferingFiles(realFiles, { before: 'rename', act: () => rmSync(path) });
    expect(carryOut(scratch, 'old', null, files).applied).toEqual({ state: 'moved' });
  });

  it('restores the file if it cannot read the version that it has removed', () => {
    const scratch = createScratch();
    scratch.write('a.md', 'old');
    expect(() => carryOut(scratch, 'old', null, brokenFiles(realFiles, { call: 'read', from: 2, error: 'EIO' }))).toThrow('EIO');
    expect(scratch.tree()).toEqual({ 'a.md': 'old' });
    expect(scratch.temporaries()).toEqual([]);
  });
});
