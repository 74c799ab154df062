import { expect, test } from 'vitest';
import { DEFAULT_BLOCKS } from '../../../src/config/config.js';
import { blockAt, firstPort } from '../../../src/coordination/slots.js';

test.each([
  [1, 23_000],
  [2, 23_020],
  [2_126, 65_500],
  [2_127, undefined],
])('block %i begins at %s', (block, port) => {
  expect(firstPort(block, DEFAULT_BLOCKS)).toBe(port);
});

test('the last existing port belongs to a block', () => {
  expect(firstPort(1, { portBase: 65_535, ports: 1 })).toBe(65_535);
  expect(firstPort(1, { portBase: 65_535, ports: 2 })).toBeUndefined();
});

test('a block is found by its first port', () => {
  for (const block of [1, 2, 50]) expect(blockAt(firstPort(block, DEFAULT_BLOCKS) ?? 0, DEFAULT_BLOCKS)).toBe(block);
});

test.each([22_980, 23_001, 24_010])('no block begins at %i', (port) => {
  expect(blockAt(port, DEFAULT_BLOCKS)).toBeUndefined();
});

test('three hundred sessions use ports below those that Linux assigns', () => {
  expect((firstPort(300, DEFAULT_BLOCKS) ?? Infinity) + DEFAULT_BLOCKS.ports).toBeLessThan(32_768);
});
