import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TEMPORARY_SUFFIX, temporaryName, writeAtomic, writeNew } from '../../../../src/system/fs/atomic-write.js';
import { createDisk } from '../../../support/disk.js';
import { createSandbox } from '../../../support/sandbox.js';

const content = Buffer.from('new content\n');

describe('writeAtomic', () => {
  test.each([undefined, '600', '644', '400'])('makes a file, with mode %s, and leaves nothing beside it', async (octal) => {
    const mode = octal === undefined ? undefined : Number.parseInt(octal, 8);
    const { at } = await createSandbox();
    mkdirSync(at('folder'));
    writeAtomic(at('folder/file'), content, mode);

    expect(readFileSync(at('folder/file'))).toEqual(content);
    expect(statSync(at('folder/file')).mode & 0o777).toBe(mode ?? 0o600);
    expect(readdirSync(at('folder'))).toEqual(['file']);
  });

  test('writes large content and empty content', async () => {
    const { at } = await createSandbox();
    const much = Buffer.alloc(3_000_000, 'x');
    writeAtomic(at('much'), much);
    writeAtomic(at('nothing'), Buffer.alloc(0));

    expect(readFileSync(at('much')).equals(much)).toBe(true);
    expect(readFileSync(at('nothing')).length).toBe(0);
  });

  test('fails if the folder is missing', async () => {
    const { at } = await createSandbox();

    expect(() => writeAtomic(at('none/file'), content)).toThrow('ENOENT');
  });

  test('fails on a full disk, and leaves nothing', async () => {
    const { at } = await createSandbox();
    const disk = createDisk(at('disk'));

    expect(() => writeAtomic(`${disk.folder}/file`, Buffer.alloc(1_000_000))).toThrow('ENOSPC');
    expect(readdirSync(disk.folder)).toEqual([]);
  });
});

describe('writeAtomic', () => {
  test('replaces a file in one step: a process that has it open reads the old file to its end', async () => {
    const { at, write } = await createSandbox();
    const descriptor = openSync(await write('file', 'old'), 'r');
    writeAtomic(at('file'), content);
    const buffer = Buffer.alloc(10);

    expect(buffer.toString('utf8', 0, readSync(descriptor, buffer))).toBe('old');
    expect(readFileSync(at('file'))).toEqual(content);
    closeSync(descriptor);
  });

  test('leaves the old file if it fails', async () => {
    const { at } = await createSandbox();
    const disk = createDisk(at('disk'));
    writeFileSync(`${disk.folder}/file`, 'old');

    expect(() => writeAtomic(`${disk.folder}/file`, Buffer.alloc(1_000_000))).toThrow('ENOSPC');
    expect(readFileSync(`${disk.folder}/file`, 'utf8')).toBe('old');
  });

  test('does not write over a folder, and leaves nothing', async () => {
    const { at } = await createSandbox();
    mkdirSync(at('place/file'), { recursive: true });

    expect(() => writeAtomic(at('place/file'), content)).toThrow('EISDIR');
    expect(readdirSync(at('place'))).toEqual(['file']);
  });
});

describe('a temporary file', () => {
  test.each(['/a/file.md', '/a/.hidden', `/a/${'long'.repeat(60)}`])(
    'of %s is hidden, beside it, and not longer than a name may be',
    (path) => {
      const name = basename(temporaryName(path));

      expect(temporaryName(path).startsWith('/a/.')).toBe(true);
      expect(name.endsWith(TEMPORARY_SUFFIX)).toBe(true);
      expect(Buffer.byteLength(name)).toBeLessThan(255);
      expect(temporaryName(path)).not.toBe(temporaryName(path));
    },
  );

  test('is complete, and has its final mode', async () => {
    const { at } = await createSandbox();
    const path = temporaryName(at('file'));
    writeNew(path, content, 0o640);

    expect(readFileSync(path)).toEqual(content);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(() => writeNew(path, Buffer.from('other'), 0o640)).toThrow('EEXIST');
    expect(readFileSync(path)).toEqual(content);
  });

  test('that does not fit on the disk is removed', async () => {
    const { at } = await createSandbox();
    const disk = createDisk(at('disk'));

    expect(() => writeNew(`${disk.folder}/file`, Buffer.alloc(1_000_000), 0o600)).toThrow('ENOSPC');
    expect(readdirSync(disk.folder)).toEqual([]);
  });
});
