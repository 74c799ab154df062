import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { claude, pclaude } from '../support/real-client.js';
import { cells, outcomes, recordOf } from './permission-cells.js';

test.each(cells)('$name: every call ends as under claude', async (cell) => {
  const plain: unknown = JSON.parse(await readFile(recordOf(cell), 'utf8'));

  expect(await outcomes(pclaude, cell)).toEqual(plain);
});

test('in auto mode a shell command on a shared file loses its check, because the hook of pclaude changes it', async () => {
  const options = { mode: 'auto', list: 'none', steps: [{ check: 'yes' }], tools: ['Append'], targets: ['memory', 'skill'], inOneReply: true } as const;
  const [plain, ours] = await Promise.all([outcomes(claude, options), outcomes(pclaude, options)]);

  expect(plain).toMatchObject({ 'Append memory': 'done', 'Append skill': 'done' });
  // It should be as under claude; the client takes the answer only for the command as the model wrote it.
  const lost = expect.stringContaining("a hook changed this call's input after auto mode reviewed it");
  expect(ours).toMatchObject({ 'Append memory': lost, 'Append skill': lost });
});
