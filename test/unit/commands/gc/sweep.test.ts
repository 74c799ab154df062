import { expect, it } from 'vitest';
import { size } from '../../../../src/commands/gc/sweep.js';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_549_999, '1.5 MB'],
  [25_000_000_000_000, '25000.0 GB'],
])('shows %d bytes as %s', (bytes, text) => {
  expect(size(bytes)).toBe(text);
});
