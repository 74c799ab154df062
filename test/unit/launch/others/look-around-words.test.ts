import { expect, it } from 'vitest';
import { refusalWords, wordsFor } from '../../../../src/launch/others/look-around.js';

it.each([
  [{ proximity: 'elsewhere', count: 1, plain: 0 }, true, '1 other session works in other folders: pclaudectl sessions'],
  [
    { proximity: 'repository', count: 3, plain: 1 },
    true,
    '3 other sessions work in other worktrees of this repository (1 plain claude): pclaudectl sessions',
  ],
  [
    { proximity: 'working-tree', count: 2, plain: 1 },
    true,
    '2 other sessions work in this working tree (1 plain claude): your edits may collide; work in your own: pclaudectl worktree add BRANCH --launch',
  ],
  [
    { proximity: 'working-tree', count: 2, plain: 0 },
    false,
    '2 other sessions work in this folder: your edits may collide; to see who: pclaudectl sessions',
  ],
] as const)('wordsFor %j', (others, inGit, words) => {
  expect(wordsFor(others, inGit)).toBe(words);
});

it.each(['elsewhere', 'repository', 'working-tree'] as const)(
  'wordsFor %s fits two lines of 80, behind the name of the program',
  (proximity) => {
    for (const inGit of [true, false])
      expect(`pclaude: ${wordsFor({ proximity, count: 99, plain: 99 }, inGit)}`.length).toBeLessThanOrEqual(160);
  },
);

it.each([
  [1, true, 'not started, because 1 other session works in this working tree'],
  [2, false, 'not started, because 2 other sessions work in this folder'],
])('refusalWords of %i', (count, inGit, words) => {
  expect(refusalWords({ proximity: 'working-tree', count, plain: 0 }, inGit)).toBe(words);
});
