import { linkSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ASIDE_SUFFIX, exchange, type ExchangeCalls } from '../../src/platform/exchange.js';
import { createScratch, type Scratch } from '../support/scratch.js';

/** What a disk that cannot exchange two names answers; the n-th of its other calls (from 1) fails, and so do those after it if `all`. */
function poorDisk(code: string, { fails = 0, all = false } = {}): ExchangeCalls {
  let calls = 0;
  const counted = <A extends readonly unknown[]>(act: (...args: A) => void) => {
    return (...args: A): void => {
      calls += 1;
      if (calls === fails || (all && fails > 0 && calls > fails)) throw systemError('EIO');
      act(...args);
    };
  };
  const swap = (): void => {
    throw systemError(code);
  };
  return { swap, link: counted(linkSync), rename: counted(renameSync), unlink: counted(unlinkSync) };
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made by a test`), { code });
}

function twoFiles(): { scratch: Scratch; other: string; path: string } {
  const scratch = createScratch();
  return { scratch, other: scratch.write('other', 'new'), path: scratch.write('path', 'old') };
}

describe('exchange', () => {
  it('lets two files change places, each as it was', () => {
    const { scratch, other, path } = twoFiles();
    const [before, after] = [other, path].map((file) => statSync(file).ino);
    exchange(other, path);
    expect(scratch.tree()).toEqual({ other: 'old', path: 'new' });
    expect([path, other].map((file) => statSync(file).ino)).toEqual([before, after]);
  });

  it.each(['other', 'path'])('changes nothing when there is no file at "%s"', (missing) => {
    const { scratch, other, path } = twoFiles();
    unlinkSync(scratch.at(missing));
    const before = scratch.tree();
    expect(() => exchange(other, path)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(scratch.tree()).toEqual(before);
  });

  it('passes on an error that says nothing of what the disk can do', () => {
    const { scratch, other, path } = twoFiles();
    expect(() => exchange(other, path, poorDisk('EROFS'))).toThrow('EROFS');
    expect(scratch.tree()).toEqual({ other: 'new', path: 'old' });
  });
});

describe('exchange on a disk that cannot do it in one step', () => {
  it.each(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM'])('goes another way when that says %s', (code) => {
    const { scratch, other, path } = twoFiles();
    exchange(other, path, poorDisk(code));
    expect(scratch.tree()).toEqual({ other: 'old', path: 'new' });
  });

  it('changes nothing when the file is gone', () => {
    const { scratch, other, path } = twoFiles();
    unlinkSync(path);
    expect(() => exchange(other, path, poorDisk('EINVAL'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(scratch.tree()).toEqual({ other: 'new' });
  });

  it.each<readonly [step: string, fails: number, after: Record<string, string>]>([
    ['the second name', 1, { other: 'new', path: 'old' }],
    ['the rename', 2, { other: 'new', path: 'old' }],
    ['the last rename', 3, { path: 'old' }],
  ])('has the old file in its place, and no third name, when %s fails', (_step, fails, after) => {
    const { scratch, other, path } = twoFiles();
    expect(() => exchange(other, path, poorDisk('EINVAL', { fails }))).toThrow('EIO');
    expect(scratch.tree()).toEqual(after);
    expect(scratch.read(other + ASIDE_SUFFIX)).toBeUndefined();
  });

  it.each([1, 2, 3])('loses nothing of the old file when all fails from call %i on', (fails) => {
    const { scratch, other, path } = twoFiles();
    expect(() => exchange(other, path, poorDisk('EINVAL', { fails, all: true }))).toThrow('EIO');
    expect([scratch.read(path), scratch.read(other + ASIDE_SUFFIX)]).toContain('old');
  });
});
