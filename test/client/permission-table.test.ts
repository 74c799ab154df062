import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { pclaude } from '../support/real-client.js';
import { cells, outcomes, recordOf } from './permission-cells.js';

test.each(cells)('$name: every call has the same result as under claude', async (cell) => {
  const plain: unknown = JSON.parse(await readFile(recordOf(cell), 'utf8'));

  expect(await outcomes(pclaude, cell)).toEqual(plain);
});
