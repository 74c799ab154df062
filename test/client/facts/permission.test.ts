import { expect, test } from 'vitest';
import { claude } from '../../support/real-client.js';
import { cells, outcomes, recordOf } from '../permission-cells.js';

test.each(cells)('claude still decides about each call as recorded: $name', async (cell) => {
  const plain = await outcomes(claude, cell);

  expect(Object.keys(plain)).toHaveLength(cell.commands ? 45 : cell.mode === 'auto' ? 26 : 21);
  await expect(`${JSON.stringify(plain, null, 2)}\n`).toMatchFileSnapshot(recordOf(cell));
});
