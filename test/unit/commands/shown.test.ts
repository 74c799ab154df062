import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shown, size } from '../../../src/commands/shown.js';

it.each([
  [join(homedir(), 'a.md'), '~/a.md'],
  [`${homedir()}x/a.md`, `${homedir()}x/a.md`],
  ['/x/two\nlines', String.raw`/x/two\nlines`],
])('shows %j as %j', (path, text) => {
  expect(shown(path)).toBe(text);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_549_999, '1.5 MB'],
  [25_000_000_000_000, '25000.0 GB'],
])('shows %d bytes as %s', (bytes, text) => {
  expect(size(bytes)).toBe(text);
});
