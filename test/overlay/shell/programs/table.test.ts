import { expect, test } from 'vitest';
import { prefixRow, programRow } from '../../../../src/overlay/shell/programs/table.js';
import table from '../../../../templates/shell/programs.json' with { type: 'json' };

test('every row says why, and no program has two', () => {
  const rows = [...table.rows, ...table.prefixes];
  expect(rows.filter(({ why }) => why === '')).toEqual([]);
  const names = rows.flatMap(({ programs }) => programs);
  expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
  expect(names.every((name) => programRow(name) !== undefined || prefixRow(name) !== undefined)).toBe(true);
});
