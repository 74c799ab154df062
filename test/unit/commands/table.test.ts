import { expect, it } from 'vitest';
import { tableOf } from '../../../src/commands/table.js';

const columns = [{ heading: 'ID' }, { heading: 'PATH', least: 6 }, { heading: 'NOTE', least: 6, optional: true }] as const;
const rows = [
  ['one', '/a/rather/long/path', 'a note'],
  ['two', '/short', 'a note that is long, too'],
];

it('prints all values in full without a width', () => {
  expect(tableOf(columns, rows).split('\n')[2]).toBe('two  /short               a note that is long, too');
});

it.each([
  [60, 'one  /a/rather/long/path  a note', 'two  /short               a note that is long, too'],
  [40, 'one  /a/rathe…ong/path  a note', 'two  /short             a note …ong, too'],
  [20, 'one  /a/…ath  a note', 'two  /short   a …too'],
  [17, 'one  /a/ra…g/path', 'two  /short'],
  [5, 'one  /a…ath', 'two  /short'],
])('in %i columns it gives each column as much as there is', (width, first, second) => {
  const [, ...lines] = tableOf(columns, rows, width).trimEnd().split('\n');
  expect(lines).toEqual([first, second]);
});

it('is empty without rows', () => {
  expect(tableOf(columns, [], 80)).toBe('');
});
