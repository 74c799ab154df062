import { expect, it } from 'vitest';
import { ruleBelow } from '../../../src/hook/hook-settings.js';

it('ruleBelow spells the root with two slashes', () => {
  expect(ruleBelow('Edit', '/home/me/my notes')).toBe('Edit(//home/me/my notes/**)');
});

it.each(['*', '?', '[', ']', '{', '}', '(', ')', '!', '\\', '\n'])('ruleBelow writes no rule for a folder with %j in it', (character) => {
  expect(ruleBelow('Read', `/a${character}b`)).toBeUndefined();
});
