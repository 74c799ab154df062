import { freemem, totalmem } from 'node:os';
import { expect, it } from 'vitest';
import { freeMemory, roomIn } from '../../../src/system/free-memory.js';
import { createScratch } from '../../support/scratch.js';

it('reports some memory, and no more than the machine has', () => {
  expect(freemem()).toBeGreaterThan(0);
  expect(freeMemory()).toBeGreaterThan(0);
  expect(freeMemory()).toBeLessThan(totalmem());
});

it.each([
  ['a limit', { 'memory.max': '1000\n', 'memory.current': '700\n', 'memory.stat': 'anon 500\ninactive_file 50\n' }, 350],
  ['a limit that is used up', { 'memory.max': '1000\n', 'memory.current': '1200\n' }, 0],
  ['no limit', { 'memory.max': 'max\n', 'memory.current': '700\n' }, Infinity],
  ['nothing to read', {}, Infinity],
])('roomIn a group with %s', (_what, files, room) => {
  const scratch = createScratch();
  for (const [name, text] of Object.entries(files)) scratch.write(`group/${name}`, text);
  expect(roomIn(scratch.at('group'))).toBe(room);
});
