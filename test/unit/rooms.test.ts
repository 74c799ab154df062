import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** How many source files are in each folder of src/, by its path there. */
function filesPerFolder(folder = ''): [folder: string, files: number][] {
  const entries = readdirSync(join('src', folder), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).length;
  return [[folder, files], ...entries.filter((entry) => entry.isDirectory()).flatMap(({ name }) => filesPerFolder(join(folder, name)))];
}

test('src has at most 13 rooms, no file beside them, and no folder of more than 15 files', () => {
  const folders = filesPerFolder();
  expect(folders.filter(([folder]) => folder !== '' && !folder.includes('/')).length).toBeLessThanOrEqual(13);
  expect(folders.find(([folder]) => folder === '')).toEqual(['', 0]);
  expect(folders.filter(([, files]) => files > 15)).toEqual([]);
});

/** Folders of tests that belong to no folder of src/. */
const OWN_FOLDERS = new Set(['docs', 'merge/once', 'scenarios', 'scripts']);

test.each(['test/unit', 'test/e2e'])('each folder in %s has the name of one in src, or is known to have none', (tests) => {
  // Git does not remove a folder that has become empty.
  const files = readdirSync(tests, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const folders = [...new Set(files.map(({ parentPath }) => relative(tests, parentPath)))].filter((folder) => folder !== '');
  expect(folders.length).toBeGreaterThan(10);
  expect(folders.filter((folder) => !existsSync(join('src', folder)) && !OWN_FOLDERS.has(folder))).toEqual([]);
});

test.each(['CONTRIBUTING.md', 'docs/architecture.md'])('%s names existing files and folders', (page) => {
  const rooms = readdirSync('src').join('|');
  const named = readFileSync(page, 'utf8').match(new RegExp(`(?<![\\w/.-])(?:${rooms})/[\\w/-]*(?:\\.ts)?`, 'g')) ?? [];
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(join('src', path)))).toEqual([]);
});
