import { expect, it } from 'vitest';
import { nearestOthers, type Other, type WorkingFolder } from '../../../../src/launch/others/others.js';

const main: WorkingFolder = { folder: '/src/a', repository: { key: 'a', worktree: '/src/a' } };
const deep: WorkingFolder = { folder: '/src/a/packages/x', repository: { key: 'a', worktree: '/src/a' } };
const linked: WorkingFolder = { folder: '/src/a-2', repository: { key: 'a', worktree: '/src/a-2' } };
const other: WorkingFolder = { folder: '/src/b', repository: { key: 'b', worktree: '/src/b' } };
const outside: WorkingFolder = { folder: '/notes', repository: null };
const around: WorkingFolder = { folder: '/src', repository: null };

it.each<readonly [what: string, here: WorkingFolder, there: WorkingFolder, proximity: string]>([
  ['the same folder', main, main, 'working-tree'],
  ['another folder of one working tree', main, deep, 'working-tree'],
  ['another working tree, or clone, of the repository', main, linked, 'repository'],
  ['another repository', main, other, 'elsewhere'],
  ['the same folder outside git', outside, outside, 'working-tree'],
  ['other folders outside git', outside, around, 'elsewhere'],
  ['the folder around a repository', main, around, 'elsewhere'],
])('nearestOthers: %s', (_what, here, there, proximity) => {
  expect(nearestOthers(here, [{ kind: 'session', folders: [there] }])).toEqual({ proximity, count: 1, plain: 0 });
});

it('nearestOthers counts the sessions in the nearest tier, each once', () => {
  const others: Other[] = [
    { kind: 'session', folders: [linked] },
    { kind: 'session', folders: [other, deep] },
    { kind: 'plain', folders: [main] },
    { kind: 'plain', folders: [other] },
    // Its manifest cannot be read.
    { kind: 'session', folders: [] },
  ];
  expect(nearestOthers(main, others)).toEqual({ proximity: 'working-tree', count: 2, plain: 1 });
  expect(nearestOthers(linked, others)).toEqual({ proximity: 'working-tree', count: 1, plain: 0 });
  expect(nearestOthers(outside, others)).toEqual({ proximity: 'elsewhere', count: 5, plain: 2 });
});

it('nearestOthers finds no session', () => {
  expect(nearestOthers(main, [])).toBeUndefined();
});
