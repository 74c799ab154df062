import { expect, it } from 'vitest';
import { nearestConflict, type Other, type Place } from '../../../../src/launch/others/proximity.js';

const main: Place = { folder: '/src/a', repository: { key: 'a', worktree: '/src/a' } };
const deep: Place = { folder: '/src/a/packages/x', repository: { key: 'a', worktree: '/src/a' } };
const linked: Place = { folder: '/src/a-2', repository: { key: 'a', worktree: '/src/a-2' } };
const other: Place = { folder: '/src/b', repository: { key: 'b', worktree: '/src/b' } };
const outside: Place = { folder: '/notes', repository: null };
const around: Place = { folder: '/src', repository: null };

it.each<readonly [what: string, here: Place, there: Place, tier: string]>([
  ['the same folder', main, main, 'working-tree'],
  ['another folder of one working tree', main, deep, 'working-tree'],
  ['another working tree, or clone, of the repository', main, linked, 'repository'],
  ['another repository', main, other, 'elsewhere'],
  ['the same folder outside git', outside, outside, 'working-tree'],
  ['other folders outside git', outside, around, 'elsewhere'],
  ['the folder around a repository', main, around, 'elsewhere'],
])('meet: %s', (_what, here, there, tier) => {
  expect(nearestConflict(here, [{ kind: 'session', places: [there] }])).toEqual({ tier, count: 1, plain: 0 });
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
  expect(nearestConflict(main, others)).toEqual({ tier: 'working-tree', count: 2, plain: 1 });
  expect(nearestConflict(linked, others)).toEqual({ tier: 'working-tree', count: 1, plain: 0 });
  expect(nearestConflict(outside, others)).toEqual({ tier: 'elsewhere', count: 5, plain: 2 });
});

it('meet nobody', () => {
  expect(nearestConflict(main, [])).toBeUndefined();
});
