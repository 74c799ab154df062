import type { Deadline, Lines } from './lines.js';
import { isTelling } from './markdown.js';

/**
 * Returns a function that aligns a side with base. It returns the runs of equal lines, in order; the first is at the start of both and the
 * last at their end, though either may be empty. It returns null when they are not known by the deadline.
 *
 * Between the first and the last run only telling lines are compared. Lines that occur everywhere would split a new section, and a part of
 * it would be matched with old lines.
 */
export function alignerOf(base: Lines): (side: Lines, deadline: Deadline) => Run[] | null {
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
    const runs = path?.flatMap((run) => lineRunsOf(run, old.indices, now.indices)) ?? null;
    return runs && [{ base: 0, side: 0, count: head }, ...runs, last];
  };
}

/** Counts the lines that two lists have in common at their start, up to `limit`. */
function commonStart(a: Lines, b: Lines, limit: number): number {
  let count = 0;
  while (count < limit && a[count] === b[count]) {
    count += 1;
  }
  return count;
}

/** Counts the lines that two lists have in common at their end, up to `limit`. */
function commonEnd(a: Lines, b: Lines, limit: number): number {
  let count = 0;
  while (count < limit && a[a.length - 1 - count] === b[b.length - 1 - count]) {
    count += 1;
  }
  return count;
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
  const ids = lines.map((line, index) => {
    const known = byLine.get(line);
    if (known === undefined) {
      byLine.set(line, index);
    }
    return known ?? index;
  });
  return { lines, ids, byLine, telling: lines.map(() => undefined) };
}

/** The lines of a version that may be matched. */
interface Anchors {
  readonly ids: number[];
  readonly indices: number[];
}

/** Returns the telling lines that both versions have, between `head` common lines at the start and `tail` at the end. */
function findAnchors({ lines, ids, byLine, telling }: Numbers, side: Lines, head: number, tail: number): [Anchors, Anchors] {
  const inBoth = new Uint8Array(ids.length);
  const now: Anchors = { ids: [], indices: [] };
  // Most lines follow each other as in base, and a comparison is faster than a lookup.
  let next = head;
  for (let index = head; index < side.length - tail; index += 1) {
    const line = side[index] ?? '';
    const follows = lines[next] === line;
    const id = follows ? ids[next] : byLine.get(line);
    next = (follows ? next : (id ?? next)) + 1;
    if (id !== undefined && (telling[id] ??= isTelling(line))) {
      inBoth[id] = 1;
      now.ids.push(id);
      now.indices.push(index);
    }
  }
  const old: Anchors = { ids: [], indices: [] };
  for (let index = head; index < ids.length - tail; index += 1) {
    const id = ids[index] ?? 0;
    if (inBoth[id] === 1) {
      old.ids.push(id);
      old.indices.push(index);
    }
  }
  return [old, now];
}

/** Converts a run of anchors to runs of lines. It is split wherever other lines are between the anchors. */
function lineRunsOf(run: Run, base: readonly number[], side: readonly number[]): Run[] {
  const runs: Run[] = [];
  let last: { base: number; side: number; count: number } | null = null;
  for (let offset = 0; offset < run.count; offset += 1) {
    const at = base[run.base + offset] ?? 0;
    const to = side[run.side + offset] ?? 0;
    if (last !== null && last.base + last.count === at && last.side + last.count === to) {
      last.count += 1;
    } else {
      last = { base: at, side: to, count: 1 };
      runs.push(last);
    }
  }
  return runs;
}

/** `count` consecutive items that both lists have, from these indices on. */
export interface Run {
  readonly base: number;
  readonly side: number;
  readonly count: number;
}

/** A run and the runs before it. Paths that diverge later share their start. */
interface Path {
  readonly run: Run;
  readonly before: Path | null;
}

type Items = readonly number[];

/**
 * Returns the runs of a longest common subsequence of two lists, in order; null when it is not known by the deadline. Greedy, as
 * in Myers, "An O(ND) difference algorithm" (1986): each round allows one edit more, and finds how far each diagonal (index in base minus
 * index in side) leads. If a removal leads as far as an addition, the removal is taken. A diagonal on which one list has ended is dropped:
 * those beyond it only lead there by more edits.
 */
export function shortestEdit(base: Items, side: Items, deadline: Deadline): Run[] | null {
  const zero = side.length + 1;
  /** By diagonal, plus `zero`: the index in base that was reached, plus 1; 0 if no path leads there. */
  const reached = new Int32Array(zero + base.length + 2);
  const paths = new Map<number, Path | null>();
  let [lowest, highest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let edits = 0; edits === 0 || Date.now() <= deadline; edits += 1) {
    const last = Math.min(edits, highest);
    for (let diagonal = Math.max(-edits, lowest); diagonal <= last; diagonal += 2) {
      const at = zero + diagonal;
      const removed = reached[at - 1] ?? 0;
      const added = reached[at + 1] ?? 0;
      const canRemove = removed > 0 && removed <= base.length;
      const canAdd = added > 0 && added - 1 - diagonal <= side.length;
      if (edits > 0 && !canRemove && !canAdd) {
        reached[at] = 0;
        continue;
      }
      const adds = canAdd && (!canRemove || removed < added);
      const start = edits === 0 ? 0 : adds ? added - 1 : removed;
      const before = paths.get(adds ? at + 1 : at - 1) ?? null;
      let index = start;
      while (index < base.length && index - diagonal < side.length && base[index] === side[index - diagonal]) {
        index += 1;
      }
      const path = index === start ? before : { run: { base: start, side: start - diagonal, count: index - start }, before };
      if (index === base.length && index - diagonal === side.length) {
        return runsOf(path);
      }
      reached[at] = index + 1;
      paths.set(at, path);
      highest = index === base.length ? Math.min(highest, diagonal - 1) : highest;
      lowest = index - diagonal === side.length ? Math.max(lowest, diagonal + 1) : lowest;
    }
  }
  return null;
}

function runsOf(last: Path | null): Run[] {
  const runs: Run[] = [];
  for (let path = last; path !== null; path = path.before) {
    runs.push(path.run);
  }
  return runs.toReversed();
}
