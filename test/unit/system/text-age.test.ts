import { expect, it } from 'vitest';
import { age } from '../../../src/system/text.js';

it.each([
  [0, '0m'],
  [59 * 60_000, '59m'],
  [60 * 60_000, '1h'],
  [47 * 60 * 60_000, '1d'],
  [-1, '0m'],
])('tells %d ms ago as %s', (ago, text) => {
  expect(age(1e12 - ago, 1e12)).toBe(text);
});
