import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { overwrite } from '../../../../src/coordination/files/replace.js';
import { writeAtomic, writeNew } from '../../../../src/system/fs/atomic-write.js';
import { createScratch } from '../../../support/scratch.js';

/** The error of a disk that keeps no permissions, and the number of calls that change them. */
const disk = vi.hoisted(() => ({ code: '', asked: 0 }));

const refuse = vi.hoisted(() => (): void => {
  disk.asked += 1;
  throw Object.assign(new Error(disk.code), { code: disk.code });
});

vi.mock(import('node:fs'), async (load) => {
  const real = await load();
  return { ...real, fchmodSync: refuse };
});

beforeEach(() => {
  disk.asked = 0;
});

const WAYS: readonly (readonly [name: string, asks: number, write: (path: string, stateDir: string) => void])[] = [
  ['a new file', 1, (path) => writeNew(path, Buffer.from('new'), 0o640)],
  ['a file that is replaced', 1, (path) => writeAtomic(path, Buffer.from('new'), 0o640)],
  ['a file that the library replaces', 2, (path, stateDir) => overwrite(stateDir, path, Buffer.from('new'))],
];

describe.each(WAYS)('%s', (name, asks, write) => {
  test.each(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])('is written on a disk that keeps no permissions and reports %s', (code) => {
    disk.code = code;
    const scratch = createScratch();
    if (name !== 'a new file') scratch.write('file', 'old');
    write(scratch.at('file'), scratch.at('state'));
    expect([disk.asked, readFileSync(scratch.at('file'), 'utf8'), scratch.temporaries()]).toEqual([asks, 'new', []]);
  });

  test('is left unchanged if the disk fails', () => {
    disk.code = 'EIO';
    const scratch = createScratch();
    if (name !== 'a new file') scratch.write('file', 'old');
    expect(() => write(scratch.at('file'), scratch.at('state'))).toThrow('EIO');
    expect([disk.asked, scratch.read('file'), scratch.temporaries()]).toEqual([1, name === 'a new file' ? undefined : 'old', []]);
  });
});
