import { expect, it } from 'vitest';
import { nearestOthers, type Other, type WorkingPlace } from '../../../../src/launch/others/others.js';

const main: WorkingPlace = { folder: '/src/a', repository: { key: 'a', worktree: '/src/a' } };
const deep: WorkingPlace = { folder: '/src/a/packages/x', repository: { key: 'a', worktree: '/src/a' } };
const linked: WorkingPlace = { folder: '/src/a-2', repository: { key: 'a', worktree: '/src/a-2' } };
const other: WorkingPlace = { folder: '/src/b', repository: { key: 'b', worktree: '/src/b' } };
const outside: WorkingPlace = { folder: '/notes', repository: null };
const around: WorkingPlace = { folder: '/src', repository: null };

it.each<readonly [what: string, here: WorkingPlace, there: WorkingPlace, tier: string]>([
  ['the same folder', main, main, 'working-tree'],
  ['another folder of one working tree', main, deep, 'working-tree'],
  ['another working tree, or clone, of the repository', main, linked, 'repository'],
  ['another repository', main, other, 'elsewhere'],
  ['the same folder outside git', outside, outside, 'working-tree'],
  ['other folders outside git', outside, around, 'elsewhere'],
  ['the folder around a repository', main, around, 'elsewhere'],
])('meet: %s', (_what, here, there, tier) => {
  expect(nearestOthers(here, [{ kind: 'session', places: [there] }])).toEqual({ tier, count: 1, plain: 0 });
});

it('meet counts those in the worst tier, each once', () => {
  const others: Other[] = [
    { kind: 'session', places: [linked] },
    { kind: 'session', places: [other, deep] },
    { kind: 'plain', places: [main] },
    { kind: 'plain', places: [other] },
    // Its manifest cannot be read.
    { kind: 'session', places: [] },
  ];
  expect(nearestOthers(main, others)).toEqual({ tier: 'working-tree', count: 2, plain: 1 });
  expect(nearestOthers(linked, others)).toEqual({ tier: 'working-tree', count: 1, plain: 0 });
  expect(nearestOthers(outside, others)).toEqual({ tier: 'elsewhere', count: 5, plain: 2 });
});

it('meet nobody', () => {
  expect(nearestOthers(main, [])).toBeUndefined();
});
