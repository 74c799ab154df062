import { chmodSync, renameSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { realFiles } from '../../src/sync/files.js';
import { putBack, removeExpected, replaceExpected } from '../../src/sync/replace.js';
import { brokenFiles, interferingFiles } from '../support/faulty-files.js';
import { createScratch } from '../support/scratch.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('replaceExpected', () => {
  it('puts the new content in the place of what was expected, and keeps the mode', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    chmodSync(path, 0o640);
    expect(replaceExpected(realFiles, path, bytes('old'), bytes('new'))).toEqual({ state: 'done' });
    expect(scratch.tree()).toEqual({ 'a.md': 'new' });
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(scratch.temporaries()).toEqual([]);
  });

  it('makes a new file that only its owner may read', () => {
    const scratch = createScratch();
    expect(replaceExpected(realFiles, scratch.at('a.md'), null, bytes('new'))).toEqual({ state: 'done' });
    expect(scratch.tree()).toEqual({ 'a.md': 'new' });
    expect(statSync(scratch.at('a.md')).mode & 0o777).toBe(0o600);
    expect(scratch.temporaries()).toEqual([]);
  });

  it.each<readonly [name: string, present: string | null, expected: string | null]>([
    ['it holds something else', 'other', 'old'],
    ['it is gone', null, 'old'],
    ['it is there', 'other', null],
  ])('writes nothing when the file is not what was expected: %s', (_name, present, expected) => {
    const scratch = createScratch();
    if (present !== null) scratch.write('a.md', present);
    expect(replaceExpected(realFiles, scratch.at('a.md'), expected === null ? null : bytes(expected), bytes('new'))).toEqual({ state: 'moved' });
    expect(scratch.read('a.md')).toBe(present ?? undefined);
    expect(scratch.temporaries()).toEqual([]);
  });

  it('gives back, and keeps on the disk, what somebody wrote in the last moment', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    const files = interferingFiles(realFiles, { before: 'rename', act: () => scratch.write('a.md', 'stranger') });
    const replaced = replaceExpected(files, path, bytes('old'), bytes('new'));
    expect(replaced).toMatchObject({ state: 'displaced', content: Buffer.from('stranger') });
    expect(scratch.read('a.md')).toBe('new');
    if (replaced.state === 'displaced') putBack(realFiles, replaced.aside, path);
    expect(scratch.read('a.md')).toBe('stranger');
    expect(scratch.temporaries()).toEqual([]);
  });

  it('gives back what somebody put in the place after the comparison', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    const act = (): void => renameSync(scratch.write('theirs', 'stranger'), path);
    const replaced = replaceExpected(interferingFiles(realFiles, { before: 'hardLink', act }), path, bytes('old'), bytes('new'));
    expect(replaced).toMatchObject({ state: 'displaced', content: Buffer.from('stranger') });
  });

  it('writes nothing when somebody removes the file after the comparison', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    const files = interferingFiles(realFiles, { before: 'hardLink', act: () => rmSync(path) });
    expect(replaceExpected(files, path, bytes('old'), bytes('new'))).toEqual({ state: 'moved' });
    expect(scratch.temporaries()).toEqual([]);
  });

  it('writes nothing when somebody makes the same new file in the same moment', () => {
    const scratch = createScratch();
    const files = interferingFiles(realFiles, { before: 'hardLink', act: () => scratch.write('a.md', 'stranger') });
    expect(replaceExpected(files, scratch.at('a.md'), null, bytes('new'))).toEqual({ state: 'moved' });
    expect(scratch.tree()).toEqual({ 'a.md': 'stranger' });
    expect(scratch.temporaries()).toEqual([]);
  });

  it('throws when the file system has no hard links, and leaves all as it was', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    const files = brokenFiles(realFiles, { call: 'hardLink', error: 'EPERM' });
    expect(() => replaceExpected(files, path, bytes('old'), bytes('new'))).toThrow('EPERM');
    expect(() => replaceExpected(files, scratch.at('b.md'), null, bytes('new'))).toThrow('EPERM');
    expect(scratch.tree()).toEqual({ 'a.md': 'old' });
    expect(scratch.temporaries()).toEqual([]);
  });
});

describe('removeExpected', () => {
  it.each<readonly [name: string, present: string | null, state: string, left: string | undefined]>([
    ['removes what was expected', 'old', 'done', undefined],
    ['leaves something else', 'other', 'moved', 'other'],
    ['has nothing to do where nothing is', null, 'moved', undefined],
  ])('%s', (_name, present, state, left) => {
    const scratch = createScratch();
    if (present !== null) scratch.write('a.md', present);
    expect(removeExpected(realFiles, scratch.at('a.md'), bytes('old'))).toEqual({ state });
    expect(scratch.read('a.md')).toBe(left);
    expect(scratch.temporaries()).toEqual([]);
  });

  it('gives back, and keeps on the disk, what somebody wrote in the last moment', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    const files = interferingFiles(realFiles, { before: 'rename', act: () => scratch.write('a.md', 'stranger') });
    expect(removeExpected(files, path, bytes('old'))).toMatchObject({ state: 'displaced', content: Buffer.from('stranger') });
    expect(scratch.temporaries()).toHaveLength(1);
  });

  it('has nothing to do when somebody removes it in the same moment', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    const files = interferingFiles(realFiles, { before: 'rename', act: () => rmSync(path) });
    expect(removeExpected(files, path, bytes('old'))).toEqual({ state: 'moved' });
  });

  it('puts the file back when it cannot see what it has removed', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'old');
    expect(() => removeExpected(brokenFiles(realFiles, { call: 'read', from: 2, error: 'EIO' }), path, bytes('old'))).toThrow('EIO');
    expect(scratch.tree()).toEqual({ 'a.md': 'old' });
    expect(scratch.temporaries()).toEqual([]);
  });
});
