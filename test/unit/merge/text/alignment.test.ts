import { diffArrays } from 'diff';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortestEdit } from '../../../../src/merge/text/alignment.js';

const list = fc.array(fc.nat({ max: 6 }), { maxLength: 24 });

it('finds the same path as the well-known library', () => {
  fc.assert(
    fc.property(list, list, (base, side) => {
      const pairs = shortestEdit(base, side, Number.POSITIVE_INFINITY)?.flatMap((run) =>
        Array.from({ length: run.count }, (_, step) => [run.base + step, run.side + step]),
      );
      expect(pairs).toEqual(byLibrary(base, side));
    }),
    { numRuns: 5000 },
  );
});

it('gives up after the time limit', () => {
  expect(shortestEdit([1, 2, 3], [4, 5, 6], Date.now() - 1)).toBeNull();
});

function byLibrary(base: number[], side: number[]): number[][] {
  const pairs: number[][] = [];
  let [at, to] = [0, 0];
  for (const { added, removed, count } of diffArrays(base, side)) {
    pairs.push(...Array.from({ length: added || removed ? 0 : count }, (_, step) => [at + step, to + step]));
    at += added ? 0 : count;
    to += removed ? 0 : count;
  }
  return pairs;
}
