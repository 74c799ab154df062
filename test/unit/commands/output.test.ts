import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { age, shown } from '../../../src/commands/output.js';

it.each([
  [join(homedir(), 'a.md'), '~/a.md'],
  [`${homedir()}x/a.md`, `${homedir()}x/a.md`],
  ['/x/two\nlines', String.raw`/x/two\nlines`],
])('shows %j as %j', (path, text) => {
  expect(shown(path)).toBe(text);
});

it.each([
  [0, '0m'],
  [59 * 60_000, '59m'],
  [60 * 60_000, '1h'],
  [47 * 60 * 60_000, '1d'],
  [-1, '0m'],
])('tells %d ms ago as %s', (ago, text) => {
  expect(age(1e12 - ago, 1e12)).toBe(text);
});
