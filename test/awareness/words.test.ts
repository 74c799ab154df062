import { expect, it } from 'vitest';
import { wordsFor } from '../../src/awareness/words.js';

it.each([
  [{ tier: 'safe', count: 1, plain: 0 }, true, 'safe: 1 session in other directories'],
  [{ tier: 'risky', count: 3, plain: 1 }, true, 'risky: 3 sessions in other working trees of this repository (1 plain)'],
  [{ tier: 'dangerous', count: 2, plain: 1 }, true, 'dangerous: 2 here (1 plain): pclaudectl worktree add BRANCH --launch'],
  [{ tier: 'dangerous', count: 2, plain: 0 }, false, 'dangerous: 2 sessions in this directory'],
] as const)('wordsFor %j', (met, inGit, words) => {
  expect(wordsFor(met, inGit)).toBe(words);
});

it.each(['safe', 'risky', 'dangerous'] as const)('wordsFor %s fits a line of 80, behind the name of the program', (tier) => {
  for (const inGit of [true, false]) expect(`pclaude: ${wordsFor({ tier, count: 99, plain: 99 }, inGit)}`.length).toBeLessThanOrEqual(80);
});
