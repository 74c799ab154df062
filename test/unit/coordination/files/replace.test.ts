import { appendFileSync, chmodSync, existsSync, linkSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { overwrite, rewrite } from '../../../../src/coordination/files/replace.js';
import { attempt } from '../../../../src/system/attempt.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import {
  brokenFiles,
  crashPoints,
  countingFiles,
  crashingFiles,
  interferingFiles,
  withoutExchange,
} from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

/** Adds a line. */
function add(line: string): (current: Uint8Array | null) => { content: Uint8Array; result: number } {
  return (current) => ({ content: Buffer.concat([current ?? Buffer.alloc(0), Buffer.from(line)]), result: current?.length ?? -1 });
}

/** A file with one line, to which a second one was added, or a part of it. */
function addedBy(files: Files): Scratch {
  const scratch = createScratch();
  scratch.write('f', 'old\n');
  attempt(() => rewrite('/state', scratch.at('f'), add('ours\n'), files));
  return scratch;
}

const exchanging = (files: Files): Files => files;
const disks: [string, (files: Files) => Files][] = [
  ['that exchanges two names', exchanging],
  ['that cannot', withoutExchange],
];

describe.each(disks)('a file that is made of the old one, on a disk %s', (_, disk) => {
  it('contains what an external writer wrote before the last moment', () => {
    const { at, write, read, temporaries } = createScratch();
    write('f', 'old\n');
    const files = interferingFiles(disk(realFiles), { before: 'read', nth: 2, act: () => appendFileSync(at('f'), 'external\n') });
    rewrite('/state', at('f'), add('ours\n'), files);
    expect([read('f'), temporaries()]).toEqual(['old\nexternal\nours\n', []]);
  });

  it('contains what an external writer wrote at the last moment', () => {
    const { at, write, read, temporaries } = createScratch();
    write('f', 'old\n');
    const external = (): void => {
      writeFileSync(at('g'), 'old\nexternal\n');
      renameSync(at('g'), at('f'));
    };
    // Between the comparison and the write.
    const before = disk === exchanging ? 'exchange' : 'hardLink';
    const files = disk(interferingFiles(realFiles, { before, act: external }));
    rewrite('/state', at('f'), add('ours\n'), files);
    expect([read('f'), temporaries()]).toEqual(['old\nexternal\nours\n', []]);
  });

  it("is the external writer's, if pclaude has no change to make to that", () => {
    const { at, write, read } = createScratch();
    write('f', 'old\n');
    const files = interferingFiles(realFiles, { before: 'exchange', act: () => write('f', 'external\n') });
    const result = rewrite(
      '/state',
      at('f'),
      (current) =>
        Buffer.from(current ?? []).toString() === 'old\n'
          ? { content: Buffer.from('new\n'), result: 'changed' }
          : { content: null, result: 'left' },
      files,
    );
    expect([read('f'), result]).toEqual(['external\n', 'left']);
  });

  it("is the external writer's, if the disk is full then", () => {
    const { at, write, read } = createScratch();
    write('f', 'old\n');
    const files = interferingFiles(realFiles, { before: 'exchange', act: () => write('f', 'external\n') });
    let asked = 0;
    const adding = (): unknown =>
      rewrite(
        '/state',
        at('f'),
        (current) => {
          if (++asked === 2) throw new Error('the disk is full');
          return add('ours\n')(current);
        },
        files,
      );
    expect(adding).toThrow('the disk is full');
    expect(read('f')).toBe('external\n');
  });

  it('is made even if an external writer makes the file at the same moment', () => {
    const { at, write, read } = createScratch();
    const files = interferingFiles(disk(realFiles), { before: 'hardLink', act: () => existsSync(at('f')) || write('f', 'external\n') });
    rewrite('/state', at('f'), add('ours\n'), files);
    expect(read('f')).toBe('external\nours\n');
  });

  it('is the old file or the new one, whole, whenever pclaude is killed; the next write leaves nothing beside it', () => {
    const { calls, ...counting } = countingFiles(realFiles);
    addedBy(disk(counting));
    for (const call of crashPoints(calls)) {
      const { at, read, temporaries } = addedBy(disk(crashingFiles(realFiles, call)));
      expect(['old\n', 'old\nours\n'], `killed before call ${call}, ${calls[call - 1]}`).toContain(read('f'));
      rewrite('/state', at('f'), add('again\n'));
      expect(temporaries()).toEqual([]);
    }
  });
});

describe('a file that is written', () => {
  it('keeps its permissions; a new one has those that the umask allows', () => {
    const { at, write } = createScratch();
    chmodSync(write('old', 'x'), 0o2751);
    overwrite('/state', at('old'), Buffer.from('y'));
    write('like', '');
    overwrite('/state', at('new'), Buffer.from('y'));
    rewrite('/state', at('newer'), add('y'));
    expect(statSync(at('old')).mode & 0o7777).toBe(0o2751);
    expect([statSync(at('new')).mode, statSync(at('newer')).mode]).toEqual([statSync(at('like')).mode, statSync(at('like')).mode]);
  });

  it('stays, inode included, if nothing changes', () => {
    const { at, write } = createScratch();
    const { ino } = statSync(write('f', 'x'));
    rewrite('/state', at('f'), () => ({ content: Buffer.from('x'), result: undefined }));
    rewrite('/state', at('f'), () => ({ content: null, result: undefined }));
    rewrite('/state', at('none'), () => ({ content: null, result: undefined }));
    expect([statSync(at('f')).ino, existsSync(at('none'))]).toEqual([ino, false]);
  });

  it('is a new file: a second name keeps the old content', () => {
    const { at, write, read } = createScratch();
    linkSync(write('f', 'old'), at('other'));
    overwrite('/state', at('f'), Buffer.from('new'));
    expect([read('f'), read('other')]).toEqual(['new', 'old']);
  });

  it('stays if the system fails, and nothing remains beside it', () => {
    const { at, write, tree, temporaries } = createScratch();
    write('f', 'old');
    expect(() => rewrite('/state', at('f'), add('x'), brokenFiles(realFiles, { call: 'exchange', error: 'EIO' }))).toThrow('EIO');
    mkdirSync(at('folder'));
    expect(() => overwrite('/state', at('folder'), Buffer.from('x'))).toThrow('EISDIR');
    expect([tree(), temporaries()]).toEqual([{ f: 'old', folder: 'folder' }, []]);
  });
});
