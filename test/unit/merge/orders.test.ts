import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Driver } from '../../../src/merge/drivers.js';
import { counts, edits, type Edits, type LineEdit } from './edits.js';
import { drivers, lines, lineSet, run } from './support.js';

const RUNS = { numRuns: 2500 };

describe('sessions that are merged in any order', () => {
  it('remove old lines of a text if none of them changed or added anything beside them', () => {
    fc.assert(
      fc.property(edits, (all) => {
        const { shared } = mergeAll(all, drivers.text, oldLine, newLine);
        const bare = stretchesOf(all).filter((places) => places.every((place) => fresh(all, place).length === 0));
        expect(
          bare
            .flat()
            .map(oldLine)
            .filter((line) => shared.has(line)),
        ).toEqual([]);
      }),
      RUNS,
    );
  });

  it('leave every new line, and leave it in the text itself if the others only removed', () => {
    fc.assert(
      fc.property(edits, (all) => {
        const { shared, copies } = mergeAll(all, drivers.text, oldLine, newLine);
        for (const places of stretchesOf(all)) {
          const writers = places.flatMap((place) => fresh(all, place));
          const alone = new Set(writers.map(({ side }) => side)).size === 1;
          const missing = writers.filter(({ line }) => !shared.has(line) && (alone || !copies.has(line)));
          expect(missing).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('leave old lines of a text that all of them kept', () => {
    fc.assert(
      fc.property(edits, (all) => {
        const { shared } = mergeAll(all, drivers.text, oldLine, newLine);
        const kept = placesOf(all).filter((place) => all.sides.every((side) => side[place]?.kind === 'keep'));
        expect(kept.map(oldLine).filter((line) => !shared.has(line))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('leave exactly the entries of an index that all kept, in every form that one of them gave them, and the new ones', () => {
    fc.assert(
      fc.property(edits, (all) => {
        const { text, copies } = mergeAll(all, drivers.index, oldEntry, newEntry);
        const due = placesOf(all).flatMap((place) => {
          const written = fresh(all, place, newEntry).map(({ line }) => line);
          const untouched = all.sides.every((side) => side[place]?.kind === 'keep');
          return untouched ? [oldEntry(place), ...written] : written;
        });
        expect(
          text
            .split('\n')
            .filter((line) => line !== '')
            .toSorted(),
        ).toEqual(due.toSorted());
        expect(copies.size).toBe(0);
      }),
      RUNS,
    );
  });

  it('leave each line of a log as often as the session that added most of it, else as the one that left fewest', () => {
    fc.assert(
      fc.property(counts, ({ base, sides, order }) => {
        const merged = order.reduce(
          (shared, index) => run(logOf(base), logOf(sides[index] ?? []), shared, drivers.jsonl).shared ?? '',
          logOf(base),
        );
        const due = base.map((old, n) => {
          const all = sides.map((side) => side[n] ?? 0);
          return all.some((count) => count > old) ? Math.max(...all) : Math.min(...all);
        });
        expect(merged.split('\n').toSorted()).toEqual(logOf(due).split('\n').toSorted());
      }),
      RUNS,
    );
  });
});

/** A log in which the line of each number is there this often. */
function logOf(often: readonly number[]): string {
  return lines(...often.flatMap((count, n) => Array.from({ length: count }, () => `{"n":${n}}`)));
}

type Old = (place: number) => string;
type New = (side: number, place: number, kind: 'changed' | 'added') => string;

function oldLine(place: number): string {
  return `old line ${place}`;
}

function newLine(side: number, place: number, kind: string): string {
  return `${kind} by ${side} at ${place}`;
}

function oldEntry(place: number): string {
  return `- [Memory ${place}](memory_${place}.md) — as it was`;
}

/** An entry that two add for one file is the same file in two forms. */
function newEntry(side: number, place: number, kind: string): string {
  return `- [Memory ${place}](memory_${place}${kind === 'added' ? '_more' : ''}.md) — ${kind} by ${side}`;
}

function mergeAll(all: Edits, driver: Driver, old: Old, now: New): { text: string; shared: Set<string>; copies: Set<string> } {
  const base = lines(...placesOf(all).map(old));
  let text = base;
  const copies: string[] = [];
  for (const side of all.order) {
    const edited = (all.sides[side] ?? []).flatMap(({ kind, adds }, place) => [
      ...(kind === 'remove' ? [] : [kind === 'change' ? now(side, place, 'changed') : old(place)]),
      ...(adds ? [now(side, place, 'added')] : []),
    ]);
    const result = run(base, lines(...edited), text, driver);
    text = result.shared ?? '';
    copies.push(result.copy ?? '');
  }
  return { text, shared: lineSet(text), copies: lineSet(copies.join('\n')) };
}

function placesOf(all: Edits): number[] {
  return (all.sides[0] ?? []).map((_, place) => place);
}

/** The lines that sessions wrote at a position: instead of the old one, or below it. */
function fresh({ sides }: Edits, place: number, now: New = newLine): { side: number; line: string }[] {
  return sides.flatMap((edited, side) => {
    const edit = edited[place];
    const changed = edit?.kind === 'change' ? [{ side, line: now(side, place, 'changed') }] : [];
    return edit?.adds === true ? [...changed, { side, line: now(side, place, 'added') }] : changed;
  });
}

/** Positions of neighbouring lines that any session touched. A line that was added touches the one above and the one below. */
function stretchesOf(all: Edits): number[][] {
  const touched = placesOf(all).filter((place) => all.sides.some((side) => touches(side[place]) || side[place - 1]?.adds === true));
  const stretches: number[][] = [];
  for (const place of touched) {
    const last = stretches.at(-1);
    if (last?.at(-1) === place - 1) {
      last.push(place);
    } else {
      stretches.push([place]);
    }
  }
  return stretches;
}

function touches(edit: LineEdit | undefined): boolean {
  return edit !== undefined && (edit.kind !== 'keep' || edit.adds);
}
