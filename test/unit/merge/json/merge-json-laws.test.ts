import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeJson } from '../../../../src/merge/json/merge-json.js';
import { fromItems, itemKind, jsonKinds, toItems, versionsOf, type JsonKind } from './arbitraries.js';
import { judge } from './oracle.js';
import { COMMON, commented, layouts, printSource, type Layout } from './print.js';
import { canonical, fits, itemsOf, readSource, type Source } from './source.js';
import { json, run } from '../support.js';
import { partOf } from '../../../support/some-of.js';

const RUNS = { numRuns: partOf(2000) };
const NONE: Source = { kind: 'scalar', text: 'null' };

const many = fc.array(commented, { minLength: 3, maxLength: 3 });

/** Versions of a value, each with its own layout. */
function texts(
  kind: JsonKind,
  count: number,
  layout: fc.Arbitrary<Layout>,
): fc.Arbitrary<{ sources: readonly Source[]; files: readonly string[] }> {
  return fc
    .tuple(versionsOf(kind, count), fc.array(layout, { minLength: count + 1, maxLength: count + 1 }))
    .map(([sources, all]) => ({ sources, files: sources.map((source, index) => printSource(source, all[index] ?? COMMON, `${index}`)) }));
}

function mergeAll(base: string, sides: readonly string[], kind: JsonKind): { shared: string; decided: string[] } {
  let shared = base;
  const decided: string[] = [];
  for (const side of sides) {
    const result = run(base, side, shared, json(kind.rules));
    shared = result.shared ?? '';
    decided.push(...result.decided);
  }
  return { shared, decided };
}

/**
 * The parts of a value that do not depend on the order of merging; for a value that several changed, and of which one was taken, only that
 * it is there.
 */
function sure(source: Source, decided: ReadonlySet<string>, kind: JsonKind, path: readonly string[] = []): unknown {
  if (source.kind === 'object' && !fits(kind.rules.atoms, path)) {
    return [...source.members]
      .map(([key, value]) => [key, sure(value, decided, kind, [...path, key])])
      .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  }
  if (source.kind === 'array' && !fits(kind.rules.atoms, path)) {
    return [...itemsOf(source)].toSorted();
  }
  return decided.has(path.join('.')) ? '?' : canonical(source);
}

describe.each(jsonKinds)('of $name', (kind) => {
  const { rules } = kind;

  it("no change of a side is lost; if only one side's change could be kept, that is reported, and nothing else", () => {
    fc.assert(
      fc.property(texts(kind, 2, commented), ({ sources: [base = NONE, ours = NONE, theirs = NONE], files: [b = '', o = '', t = ''] }) => {
        const result = mergeJson(b, o, t, rules);
        const { faults, decided } = judge(base, ours, theirs, readSource(result?.text ?? ''), rules);
        expect(faults).toEqual([]);
        expect(result?.decided).toEqual(decided);
      }),
      RUNS,
    );
  });

  it('nothing is lost if there was no file before', () => {
    fc.assert(
      fc.property(texts(kind, 1, layouts), ({ sources: [ours = NONE, theirs = NONE], files: [o = '', t = ''] }) => {
        const result = mergeJson(null, o, t, rules);
        const { faults, decided } = judge(undefined, ours, theirs, readSource(result?.text ?? ''), rules);
        expect(faults).toEqual([]);
        expect(result?.decided).toEqual(decided);
      }),
      RUNS,
    );
  });

  it('a side that changed nothing has no effect on the other, byte for byte', () => {
    fc.assert(
      fc.property(texts(kind, 1, commented), ({ files: [base = '', changed = ''] }) => {
        expect(run(base, changed, base, json(rules)).shared).toBe(changed);
        expect(run(base, base, changed, json(rules)).outcome).toBe('unchanged');
      }),
      RUNS,
    );
  });

  it('a side that only changed the layout of the file has no effect on its values', () => {
    fc.assert(
      fc.property(versionsOf(kind, 1), commented, commented, commented, ([base = NONE, changed = NONE], one, two, three) => {
        const [b, again, c] = [printSource(base, one), printSource(base, two), printSource(changed, three)];
        expect(mergeJson(b, again, c, rules)).toEqual({ text: c, decided: [] });
        const merged = mergeJson(b, c, again, rules);
        expect(canonical(readSource(merged?.text ?? ''))).toBe(canonical(changed));
        expect(merged?.decided).toEqual([]);
      }),
      RUNS,
    );
  });

  it('a change that both made is there once, except for counters', () => {
    fc.assert(
      fc.property(versionsOf(kind, 1), commented, commented, ([base = NONE, changed = NONE], one, two) => {
        const [b, o, t] = [printSource(base, one), printSource(changed, one), printSource(changed, two)];
        expect(run(b, o, t, json({ ...rules, counters: [] })).shared).toBe(t);
      }),
      RUNS,
    );
  });

  it('a session that was merged and has become the base changes nothing more', () => {
    fc.assert(
      fc.property(texts(kind, 2, commented), ({ files: [base = '', ours = '', theirs = ''] }) => {
        const { shared } = run(base, ours, theirs, json(rules));
        expect(run(ours, ours, shared, json(rules)).outcome).toBe('unchanged');
        expect(mergeJson(ours, ours, shared ?? '', rules)).toEqual({ text: shared, decided: [] });
      }),
      RUNS,
    );
  });

  it('a merge that is run once more against the old base changes nothing, except for counters', () => {
    fc.assert(
      fc.property(texts(kind, 2, commented), ({ files: [base = '', ours = '', theirs = ''] }) => {
        const driver = json({ ...rules, counters: [] });
        const { shared } = run(base, ours, theirs, driver);
        expect(run(base, ours, shared, driver).shared).toBe(shared);
      }),
      RUNS,
    );
  });

  it('sessions leave the same keys, items, counters and times in any order of merging', () => {
    const sessions = fc
      .integer({ min: 3, max: 4 })
      .chain((count) => fc.tuple(texts(kind, count, layouts), fc.shuffledSubarray([...Array(count).keys()], { minLength: count })));
    fc.assert(
      fc.property(
        sessions,
        ([
          {
            files: [base = '', ...sides],
          },
          order,
        ]) => {
          const first = mergeAll(base, sides, kind);
          const second = mergeAll(
            base,
            order.map((index) => sides[index] ?? ''),
            kind,
          );
          const decided = new Set([...first.decided, ...second.decided]);
          expect(sure(readSource(second.shared), decided, kind)).toEqual(sure(readSource(first.shared), decided, kind));
        },
      ),
      RUNS,
    );
  });
});

describe('of items that are the same by a key', () => {
  const kind = itemKind;

  it('no change of a side to an item is lost', () => {
    fc.assert(
      fc.property(versionsOf(kind, 2), many, (sources, all) => {
        const files = sources.map(toItems);
        const [b = '', o = '', t = ''] = files.map((source, index) => printSource(source, all[index] ?? COMMON));
        const result = mergeJson(b, o, t, kind.rules);
        const [base, ours, theirs] = files.map(fromItems);
        const { faults, decided } = judge(base, ours, theirs, fromItems(readSource(result?.text ?? '')), kind.rules);
        expect(faults).toEqual([]);
        expect(result?.decided).toEqual(decided.map((path) => path.replace(/^list\.[^.]*/, 'list.*')));
      }),
      RUNS,
    );
  });

  it('sessions leave the same items in any order of merging', () => {
    const sessions = fc.tuple(versionsOf(kind, 3), fc.shuffledSubarray([0, 1, 2], { minLength: 3 }));
    fc.assert(
      fc.property(sessions, ([sources, order]) => {
        const [base = '', ...sides] = sources.map((source) => printSource(toItems(source), COMMON));
        const first = mergeAll(base, sides, kind);
        const second = mergeAll(
          base,
          order.map((index) => sides[index] ?? ''),
          kind,
        );
        const decided = new Set(
          [...first.decided, ...second.decided].flatMap((path) => ['x', 'y', 'z'].map((id) => path.replace('*', id))),
        );
        expect(sure(fromItems(readSource(second.shared)), decided, kind)).toEqual(sure(fromItems(readSource(first.shared)), decided, kind));
      }),
      RUNS,
    );
  });
});
