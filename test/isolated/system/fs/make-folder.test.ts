import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { makeFolder } from '../../../../src/system/fs/folders.js';
import { createSandbox } from '../../../support/sandbox.js';

/** The action of another process after a folder could not be made. */
const meanwhile = vi.hoisted(() => ({ act: (_folder: string): void => {} }));

vi.mock(import('node:fs'), async (load) => {
  const real = await load();
  const mkdirSync: typeof real.mkdirSync = (...args: Parameters<typeof real.mkdirSync>) => {
    try {
      return real.mkdirSync(...args);
    } catch (error) {
      meanwhile.act(String(args[0]));
      throw error;
    }
  };
  return { ...real, mkdirSync };
});

beforeEach(() => {
  meanwhile.act = () => {};
});

test('makes a folder and its parents, readable only by the user, and returns whether the folder was missing', async () => {
  const { at } = await createSandbox();
  expect(makeFolder(at('a/b/c'))).toBe(true);
  expect(makeFolder(at('a/b/c'))).toBe(false);
  expect(['a', 'a/b', 'a/b/c'].map((path) => statSync(at(path)).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
});

test('continues if another process makes the parent folder at the same moment', async () => {
  const { at } = await createSandbox();
  meanwhile.act = (folder) => {
    meanwhile.act = () => {};
    makeFolder(dirname(folder));
  };
  expect(makeFolder(at('a/b'))).toBe(true);
});

test('continues if another process makes the folder itself at the same moment', async () => {
  const { at } = await createSandbox();
  meanwhile.act = (folder) => {
    meanwhile.act = () => {};
    makeFolder(folder);
  };
  expect(makeFolder(at('a/b'))).toBe(false);
});

test('leaves a file in the place of the folder, or of a parent folder, unchanged', async () => {
  const { at } = await createSandbox();
  writeFileSync(at('file'), 'old');
  expect(() => makeFolder(at('file'))).toThrow('EEXIST');
  expect(() => makeFolder(join(at('file'), 'below'))).toThrow('ENOTDIR');
  expect(readFileSync(at('file'), 'utf8')).toBe('old');
});
