import { linkSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completeExchange, exchange, namesBeside } from '../../../../src/system/files/exchange.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import {
  brokenFiles,
  countingFiles,
  crashingFiles,
  failingFiles,
  interferingFiles,
  tearingFiles,
  withMounts,
  withoutExchange,
  withoutLinks,
} from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

interface TwoFiles {
  readonly scratch: Scratch;
  readonly other: string;
  readonly path: string;
  /** All files, with the additional names that `exchange` uses. */
  readonly all: () => Record<string, string>;
}

function twoFiles(before = 'old', after = 'new'): TwoFiles {
  const scratch = createScratch();
  const [other, path] = [scratch.write('.path.0.pclaude-tmp', after), scratch.write('path', before)];
  const named = Object.entries({ other: namesBeside(other)[0], aside: namesBeside(other)[1], pending: namesBeside(other)[2], path });
  const all = (): Record<string, string> =>
    Object.fromEntries(
      named.flatMap(([name, file]) => (file !== undefined && realFiles.kind(file) !== null ? [[name, scratch.read(file) ?? '']] : [])),
    );
  return { scratch, other, path, all };
}

type Disk = (files: Files) => Files;
const mountedOn = (files: Files): Files => withMounts(files, (path) => path.endsWith('/path'));
/** A disk on which no file can replace another. */
const rigid = (files: Files): Files => {
  const refusing = brokenFiles(files, { call: 'rename', error: 'EEXIST' });
  return withoutLinks({ ...files, rename: (from, to) => (realFiles.kind(to) === null ? files : refusing).rename(from, to) });
};

const DISKS: readonly (readonly [name: string, disk: Disk])[] = [
  ['that cannot exchange', withoutExchange],
  ['without hard links', withoutLinks],
  ['on which the file is mounted', mountedOn],
  ['on which no file takes the place of another', rigid],
];

describe('exchange', () => {
  it('exchanges two files, each unchanged', () => {
    const { other, path, all } = twoFiles();
    const [before, after] = [other, path].map((file) => statSync(file).ino);
    exchange(realFiles, other, path);
    expect(all()).toEqual({ other: 'old', path: 'new' });
    expect([path, other].map((file) => statSync(file).ino)).toEqual([before, after]);
  });

  it.each(['other', 'path'] as const)('changes nothing if there is no file at "%s"', (missing) => {
    const files = twoFiles();
    unlinkSync(files[missing]);
    const before = files.all();
    expect(() => exchange(realFiles, files.other, files.path)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(files.all()).toEqual(before);
  });

  it('throws an error that is not about what the disk can do', () => {
    const { other, path, all } = twoFiles();
    expect(() => withoutExchange(realFiles, 'EROFS').exchange(other, path)).toThrow('EROFS');
    expect(all()).toEqual({ other: 'new', path: 'old' });
  });

  it.each(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM'])(
    'uses another way on a disk that reports %s, with hard links and without',
    (code) => {
      for (const disk of [withoutExchange, withoutLinks]) {
        const { other, path, all } = twoFiles();
        disk(realFiles, code).exchange(other, path);
        expect(all()).toEqual({ other: 'old', path: 'new' });
      }
    },
  );
});

describe.each(DISKS)('exchange on a disk %s', (_, disk) => {
  it('leaves the new file at the path, the old one beside it, and the earlier permissions', () => {
    const { other, path, all } = twoFiles();
    disk(realFiles).exchange(other, path);
    expect(all()).toEqual({ other: 'old', path: 'new' });
  });

  it('changes nothing if the file is missing', () => {
    const { other, path, all } = twoFiles();
    unlinkSync(path);
    expect(() => disk(realFiles).exchange(other, path)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(all()).toEqual({ other: 'new' });
  });

  it('loses nothing of the old file, and leaves no third name, if any one call fails', () => {
    const { calls, ...counting } = countingFiles(realFiles);
    const whole = twoFiles();
    disk(counting).exchange(whole.other, whole.path);
    for (let call = 1; call <= calls.length; call++) {
      const { other, path, all } = twoFiles();
      expect(() => disk(failingFiles(realFiles, { call, error: 'EIO' })).exchange(other, path)).toThrow('EIO');
      const left = all();
      expect(Object.values(left), `call ${call}, ${calls[call - 1]}`).toContain('old');
      completeExchange(realFiles, other, path);
      expect(
        [all()['path'], Object.keys(all()).filter((name) => name === 'aside' || name === 'pending')],
        `call ${call}, ${calls[call - 1]}`,
      ).toEqual([expect.stringMatching(/^(old|new)$/), []]);
    }
  });

  it('loses nothing of the old file if all calls from any one on fail', () => {
    const { calls, ...counting } = countingFiles(realFiles);
    const whole = twoFiles();
    disk(counting).exchange(whole.other, whole.path);
    for (let call = 1; call <= calls.length; call++) {
      const { other, path, all } = twoFiles();
      expect(() => disk(crashingFiles(realFiles, call)).exchange(other, path)).toThrow(`killed at call ${call}`);
      expect(Object.values(all()), `call ${call}`).toContain('old');
      completeExchange(disk(realFiles), other, path);
      // Done, with the overwritten version, or not begun.
      expect(
        [
          { other: 'old', path: 'new' },
          { other: 'new', path: 'old' },
        ],
        `call ${call}, ${calls[call - 1]}`,
      ).toContainEqual(all());
    }
  });
});

describe('exchange of a file that is written in place', () => {
  it('forces both contents and their names to the disk before it writes', () => {
    const { other, path } = twoFiles();
    const { calls, ...counting } = countingFiles(realFiles);
    mountedOn(counting).exchange(other, path);
    expect(calls.filter((call) => ['copy', 'rename', 'syncFolder', 'overwrite'].includes(call))).toEqual([
      'copy',
      'rename',
      'syncFolder',
      'overwrite',
      'rename',
    ]);
  });

  it('leaves the inode and the permissions of the file', () => {
    const { other, path } = twoFiles();
    const before = statSync(path);
    mountedOn(realFiles).exchange(other, path);
    expect([statSync(path).ino, statSync(path).mode]).toEqual([before.ino, before.mode]);
  });

  it.each<readonly [name: string, before: string, after: string]>([
    ['longer', 'old', 'new and longer'],
    ['shorter', 'old and longer', 'new'],
    ['emptied', 'old', ''],
    ['the old one with more', 'one\n', 'one\ntwo\n'],
    ['the start of the old one', 'one\ntwo\n', 'one\n'],
  ])('is completed if it is killed in the middle of the write, the new content being %s', (_name, before, after) => {
    const { other, path, all } = twoFiles(before, after);
    expect(() => mountedOn(tearingFiles(realFiles, 1)).exchange(other, path)).toThrow('killed in the middle');
    completeExchange(mountedOn(realFiles), other, path);
    expect(all()).toEqual({ other: before, path: after });
  });

  it('is completed even if the completion is killed before any call, or in the middle of its write', () => {
    const torn = (): TwoFiles => {
      const files = twoFiles('old and longer', 'new');
      expect(() => mountedOn(tearingFiles(realFiles, 1)).exchange(files.other, files.path)).toThrow('killed in the middle');
      return files;
    };
    const { calls, ...counting } = countingFiles(realFiles);
    const whole = torn();
    completeExchange(mountedOn(counting), whole.other, whole.path);
    const kills = [
      ...calls.map((_call, index) => (files: Files) => crashingFiles(files, index + 1)),
      (files: Files) => tearingFiles(files, 1),
    ];
    for (const kill of kills) {
      const { other, path, all } = torn();
      expect(() => completeExchange(mountedOn(kill(realFiles)), other, path)).toThrow('killed');
      completeExchange(mountedOn(realFiles), other, path);
      expect(all()).toEqual({ other: 'old and longer', path: 'new' });
    }
  });

  it('restores what an external writer has made of the file between the crash and the completion', () => {
    const { other, path, all } = twoFiles();
    expect(() => mountedOn(tearingFiles(realFiles, 1)).exchange(other, path)).toThrow('killed in the middle');
    writeFileSync(path, 'something else');
    completeExchange(mountedOn(realFiles), other, path);
    expect(all()).toEqual({ other: 'something else', path: 'new' });
  });

  it.each(['copy', 'overwrite'] as const)('restores what an external writer writes just before the %s', (before) => {
    const { other, path, all } = twoFiles();
    mountedOn(interferingFiles(realFiles, { before, act: () => writeFileSync(path, 'stranger') })).exchange(other, path);
    expect(all()).toEqual({ other: 'stranger', path: 'new' });
  });

  it('leaves everything unchanged if the file changes all the time', () => {
    const { other, path, all } = twoFiles();
    let count = 0;
    const files = interferingFiles(realFiles, { before: 'overwrite', nth: 'every', act: () => writeFileSync(path, String((count += 1))) });
    expect(() => mountedOn(files).exchange(other, path)).toThrow(expect.objectContaining({ code: 'EBUSY' }));
    expect(all()).toEqual({ other: 'new', path: String(count) });
  });

  it('does not follow a link that has replaced the file', () => {
    const { scratch, other, path } = twoFiles();
    const outside = scratch.write('outside', 'old');
    unlinkSync(path);
    scratch.link('path', outside);
    expect(() => mountedOn(realFiles).exchange(other, path)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    expect(scratch.read(outside)).toBe('old');
  });
});

describe('exchange of a file that has a second name', () => {
  it('on a disk that copies, leaves the second name alone', () => {
    const { scratch, other, path } = twoFiles();
    linkSync(path, scratch.at('second'));
    withoutLinks(realFiles).exchange(other, path);
    expect([scratch.read('second'), scratch.read(path)]).toEqual(['old', 'new']);
  });

  it('restores what an external writer writes while the copy is made', () => {
    const { other, path, all } = twoFiles();
    const files: Files = {
      ...realFiles,
      copy: (from, to) => {
        const isFirst = realFiles.read(from)?.length === 3;
        realFiles.copy(from, to);
        if (isFirst) writeFileSync(from, 'stranger');
      },
    };
    withoutLinks(files).exchange(other, path);
    expect(all()).toEqual({ other: 'stranger', path: 'new' });
  });
});
