import { shortestEdit, type Run } from './edit-path.js';
import { commonEnd, commonStart } from './sequences.js';
import { isTelling } from '../units/telling.js';

type Lines = readonly string[];

/**
 * Returns a function that aligns a side with base. It returns the runs of equal lines, in order; the first is at the start of both and the
 * last at their end, though either may be empty. It returns null when they are not known by `deadline` (milliseconds since the epoch).
 *
 * Between the first and the last run only telling lines are compared. Lines that occur everywhere would split a new section, and a part of
 * it would be matched with old lines.
 */
export function alignerOf(base: Lines): (side: Lines, deadline: number) => Run[] | null {
  let numbers: Numbers | null = null;
  return (side, deadline) => {
    const room = Math.min(base.length, side.length);
    const head = untilTelling(base, commonStart(base, side, room), -1);
    const tail = untilTelling(base, commonEnd(base, side, room - head), 1);
    const last = { base: base.length - tail, side: side.length - tail, count: tail };
    if (head === last.base || head === last.side) {
      return [{ base: 0, side: 0, count: head }, last];
    }
    numbers ??= numberLines(base);
    const [old, now] = findAnchors(numbers, side, head, tail);
    const path = shortestEdit(old.ids, now.ids, deadline);
    const runs = path?.flatMap((run) => placesOf(run, old.places, now.places)) ?? null;
    return runs && [{ base: 0, side: 0, count: head }, ...runs, last];
  };
}

/** Removes lines that are not telling from the end of a common start (-1) or the start of a common end (1) of `count` lines. */
function untilTelling(lines: Lines, count: number, side: -1 | 1): number {
  let left = count;
  while (left > 0 && !isTelling(lines[side === 1 ? lines.length - left : left - 1] ?? '')) {
    left -= 1;
  }
  return left;
}

/** Equal lines have one number, which compares faster than text: the index of the first of them. */
interface Numbers {
  readonly lines: Lines;
  readonly ids: readonly number[];
  readonly byLine: ReadonlyMap<string, number>;
  /** Whether the line with a number is telling, if already computed. */
  readonly telling: (boolean | undefined)[];
}

function numberLines(lines: Lines): Numbers {
  const byLine = new Map<string, number>();
  const ids = lines.map((line, place) => {
    const known = byLine.get(line);
    if (known === undefined) {
      byLine.set(line, place);
    }
    return known ?? place;
  });
  return { lines, ids, byLine, telling: lines.map(() => undefined) };
}

/** The lines of a version that may be matched. */
interface Anchors {
  readonly ids: number[];
  readonly places: number[];
}

/** Returns the telling lines that both versions have, between `head` common lines at the start and `tail` at the end. */
function findAnchors({ lines, ids, byLine, telling }: Numbers, side: Lines, head: number, tail: number): [Anchors, Anchors] {
  const inBoth = new Uint8Array(ids.length);
  const now: Anchors = { ids: [], places: [] };
  // Most lines follow each other as in base, and a comparison is faster than a lookup.
  let next = head;
  for (let place = head; place < side.length - tail; place += 1) {
    const line = side[place] ?? '';
    const follows = lines[next] === line;
    const id = follows ? ids[next] : byLine.get(line);
    next = (follows ? next : (id ?? next)) + 1;
    if (id !== undefined && (telling[id] ??= isTelling(line))) {
      inBoth[id] = 1;
      now.ids.push(id);
      now.places.push(place);
    }
  }
  const old: Anchors = { ids: [], places: [] };
  for (let place = head; place < ids.length - tail; place += 1) {
    const id = ids[place] ?? 0;
    if (inBoth[id] === 1) {
      old.ids.push(id);
      old.places.push(place);
    }
  }
  return [old, now];
}

/** Converts a run of anchors to runs of lines. It is split wherever other lines are between the anchors. */
function placesOf(run: Run, base: readonly number[], side: readonly number[]): Run[] {
  const runs: Run[] = [];
  let last: { base: number; side: number; count: number } | null = null;
  for (let step = 0; step < run.count; step += 1) {
    const at = base[run.base + step] ?? 0;
    const to = side[run.side + step] ?? 0;
    if (last !== null && last.base + last.count === at && last.side + last.count === to) {
      last.count += 1;
    } else {
      last = { base: at, side: to, count: 1 };
      runs.push(last);
    }
  }
  return runs;
}
