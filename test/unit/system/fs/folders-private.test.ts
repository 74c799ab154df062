import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ensurePrivateFolder, makeFolder } from '../../../../src/system/fs/folders.js';
import { createSandbox } from '../../../support/sandbox.js';

describe('a private folder', () => {
  test('is made, with its parents, readable only by the user', async () => {
    const { at } = await createSandbox();

    expect(ensurePrivateFolder(at('a/b/c'))).toBe(at('a/b/c'));
    expect(['a', 'a/b', 'a/b/c'].map((folder) => statSync(at(folder)).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
  });

  test('may exist already, and stays unchanged', async () => {
    const { at, write } = await createSandbox();
    await write('folder/file', 'text');
    chmodSync(at('folder'), 0o700);

    expect(ensurePrivateFolder(at('folder'))).toBe(at('folder'));
    expect(readdirSync(at('folder'))).toEqual(['file']);
  });

  test('is named by its real path', async () => {
    const { at } = await createSandbox();
    mkdirSync(at('real/folder'), { recursive: true, mode: 0o700 });
    symlinkSync(at('real'), at('link'));
    symlinkSync(at('link/folder'), at('second'));

    expect(ensurePrivateFolder(at('link/folder'))).toBe(at('real/folder'));
    expect(ensurePrivateFolder(at('second'))).toBe(at('real/folder'));
  });

  test.each(['770', '707', '701', '710', '755'])('is refused with the mode %s', async (octal) => {
    const mode = Number.parseInt(octal, 8);
    const { at } = await createSandbox();
    mkdirSync(at('folder'));
    chmodSync(at('folder'), mode);

    expect(() => ensurePrivateFolder(at('folder'))).toThrow('is open to other users');
    expect(statSync(at('folder')).mode & 0o777).toBe(mode);
  });

  test('is refused behind a link that leads nowhere', async () => {
    const { at } = await createSandbox();
    symlinkSync(at('nowhere'), at('link'));

    expect(() => ensurePrivateFolder(at('link'))).toThrow(`cannot make ${at('link')}`);
  });
});

describe('a folder is made', () => {
  test('once', async () => {
    const { at } = await createSandbox();

    expect([makeFolder(at('a/b')), makeFolder(at('a/b')), makeFolder(at('a'))]).toEqual([true, false, false]);
  });

  test('also behind a link to a folder', async () => {
    const { at } = await createSandbox();
    mkdirSync(at('real'));
    symlinkSync(at('real'), at('link'));

    expect([makeFolder(at('link')), makeFolder(at('link/below'))]).toEqual([false, true]);
  });

  test.each(['file', 'file/below', 'file/below/that'])('not as %s, if a file has that name', async (path) => {
    const { at, write } = await createSandbox();
    await write('file', 'text');

    expect(() => makeFolder(at(path))).toThrow(/EEXIST|ENOTDIR/);
  });
});
