import { diffArrays } from 'diff';
import { fenceStates } from './fences.js';
import { commonEnd, commonStart } from './sequences.js';

/** One change of a side: the lines `start..end` of base became the lines `from..to` of the side (ends exclusive). */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

type Lines = readonly string[];

/** A line with a letter or digit in it that is not the start of a code fence. */
const TELLING = /^(?! {0,3}(?:```|~~~)).*[\p{L}\p{N}]/u;

/**
 * What a side changed, in order, or null when that is not known by `deadline` (milliseconds since the epoch). Two hunks
 * of one side never touch. A block that could stand at several places, because the lines around it repeat, goes to the
 * lowest one, as in git, but never to one that starts inside a code fence when it can stand outside.
 */
export function findHunks(base: Lines, side: Lines, deadline: number): Hunk[] | null {
  const room = Math.min(base.length, side.length);
  const head = untilTelling(base, commonStart(base, side, room), -1);
  const tail = untilTelling(base, commonEnd(base, side, room - head), 1);
  const shared = sharedIds(base, side, head, tail);
  const b = anchors(base, head, base.length - tail, shared);
  const o = anchors(side, head, side.length - tail, shared);
  const changes = diffArrays(b.ids, o.ids, { timeout: Math.max(0, deadline - Date.now()) });
  if (changes === undefined) {
    return null;
  }
  const matches = matchesIn(changes).map(([i, k]): Match => [b.places[i] ?? 0, o.places[k] ?? 0]);
  const hunks = hunksBetween([...matches, [base.length - tail, side.length - tail]], head, base, side);
  return slideAll(gather(hunks, base, side), base, side);
}

/**
 * Numbers, which compare faster than texts, for the lines by which two versions are laid side by side: those that stand
 * in both, but for the ones that stand everywhere: empty lines, code fences, rules, lone brackets. By these a new section
 * would be torn apart and a part of it taken for old lines.
 */
function sharedIds(base: Lines, side: Lines, head: number, tail: number): Map<string, number> {
  const known = new Set(base.slice(head, base.length - tail));
  const ids = new Map<string, number>();
  for (let place = head; place < side.length - tail; place += 1) {
    const line = side[place] ?? '';
    if (known.has(line) && !ids.has(line) && TELLING.test(line)) {
      ids.set(line, ids.size);
    }
  }
  return ids;
}

function anchors(lines: Lines, from: number, to: number, shared: ReadonlyMap<string, number>): { ids: number[]; places: number[] } {
  const found: { ids: number[]; places: number[] } = { ids: [], places: [] };
  for (let place = from; place < to; place += 1) {
    const id = shared.get(lines[place] ?? '');
    if (id !== undefined) {
      found.ids.push(id);
      found.places.push(place);
    }
  }
  return found;
}

/** The place of a line in base and in a side. */
type Match = readonly [base: number, side: number];

function matchesIn(changes: readonly { added: boolean; removed: boolean; count: number }[]): Match[] {
  const matches: Match[] = [];
  let [base, side] = [0, 0];
  for (const { added, removed, count } of changes) {
    const same = added || removed ? 0 : count;
    for (let step = 0; step < same; step += 1) {
      matches.push([base + step, side + step]);
    }
    base += added ? 0 : count;
    side += removed ? 0 : count;
  }
  return matches;
}

/** Takes lines that tell nothing off the end of a common start (-1) or the start of a common end (1) of `count` lines. */
function untilTelling(lines: Lines, count: number, side: -1 | 1): number {
  let left = count;
  while (left > 0 && !TELLING.test(lines[side === 1 ? lines.length - left : left - 1] ?? '')) {
    left -= 1;
  }
  return left;
}

/**
 * The largest count up to `most` at which no code fence is open, else 0. A replacement does not begin or end in a fence
 * because both versions have one there: the lines that open two fences are alike, and do not make them one.
 */
function lastOutside(most: number, inFence: (count: number) => boolean | undefined): number {
  let count = most;
  while (count > 0 && inFence(count) === true) {
    count -= 1;
  }
  return count;
}

/** What differs between each match and the one before it, the first time after `head` common lines. */
function hunksBetween(matches: readonly Match[], head: number, base: Lines, side: Lines): Hunk[] {
  const inFence = once(() => fenceStates(base));
  const hunks: Hunk[] = [];
  let [start, from] = [head, head];
  for (const [end, to] of matches) {
    const [old, now] = [base.slice(start, end), side.slice(from, to)];
    const room = Math.min(old.length, now.length);
    const same = commonStart(old, now, room);
    const tail = commonEnd(old, now, room - same);
    const pure = old.length === same + tail || now.length === same + tail;
    const open = pure ? null : inFence();
    const cutHead = lastOutside(same, (count) => open?.[start + count]);
    const cutTail = lastOutside(tail, (count) => open?.[end - count]);
    if (old.length > cutHead + cutTail || now.length > cutHead + cutTail) {
      hunks.push({ start: start + cutHead, end: end - cutTail, from: from + cutHead, to: to - cutTail });
    }
    [start, from] = [end + 1, to + 1];
  }
  return hunks;
}

/**
 * Joins a block to the change above it where it can slide up to that. Which of two equal lines a side removed cannot be
 * known; this way it is the same one in the hunks of both sides.
 */
function gather(hunks: readonly Hunk[], base: Lines, side: Lines): Hunk[] {
  const gathered: Hunk[] = [];
  for (const hunk of hunks) {
    const above = gathered.at(-1);
    const distance = above === undefined ? 0 : hunk.start - above.end;
    if (above !== undefined && canSlideUp(hunk, distance, base, side)) {
      gathered.splice(-1, 1, { ...above, end: hunk.end - distance, to: hunk.to - distance });
      continue;
    }
    gathered.push(hunk);
  }
  return gathered;
}

function canSlideUp(hunk: Hunk, distance: number, base: Lines, side: Lines): boolean {
  const added = hunk.start === hunk.end;
  const [lines, first, end] = added ? [side, hunk.from, hunk.to] : [base, hunk.start, hunk.end];
  let up = 0;
  while (up < distance && lines[first - up - 1] === lines[end - up - 1]) {
    up += 1;
  }
  return up === distance && (added || hunk.from === hunk.to);
}

function slideAll(hunks: readonly Hunk[], base: Lines, side: Lines): Hunk[] {
  const slid: Hunk[] = [];
  const fences = { base: once(() => fenceStates(base)), side: once(() => fenceStates(side)) };
  for (const [index, hunk] of hunks.entries()) {
    const before = slid.at(-1);
    const after = hunks[index + 1];
    const least = before === undefined ? 0 : before.end + 1;
    const most = after === undefined ? base.length : after.start - 1;
    const [lines, inFence] = hunk.start === hunk.end ? [side, fences.side] : [base, fences.base];
    slid.push(slide(hunk, lines, inFence, least, most));
  }
  return slid;
}

/** Only a block that was added, or one that was removed, can slide; a replacement is tied to its place. */
function slide(hunk: Hunk, lines: Lines, inFence: () => boolean[] | null, least: number, most: number): Hunk {
  const added = hunk.start === hunk.end;
  if (!added && hunk.from !== hunk.to) {
    return hunk;
  }
  const first = added ? hunk.from : hunk.start;
  const length = added ? hunk.to - hunk.from : hunk.end - hunk.start;
  const room = { up: hunk.start - least, down: most - hunk.end };
  let up = 0;
  while (up < room.up && lines[first - up - 1] === lines[first - up - 1 + length]) {
    up += 1;
  }
  let down = 0;
  while (down < room.down && lines[first + down] === lines[first + down + length]) {
    down += 1;
  }
  return up + down === 0 ? hunk : moved(hunk, bestShift(inFence(), first, up, down));
}

function bestShift(inFence: boolean[] | null, first: number, up: number, down: number): number {
  let shift = down;
  while (shift >= -up && inFence?.[first + shift] === true) {
    shift -= 1;
  }
  return shift < -up ? down : shift;
}

/** The fences of a long text are looked up once for all its hunks, and only when one of them can slide. */
function once<Value>(compute: () => Value): () => Value {
  let known: { value: Value } | null = null;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}

function moved(hunk: Hunk, shift: number): Hunk {
  return { start: hunk.start + shift, end: hunk.end + shift, from: hunk.from + shift, to: hunk.to + shift };
}
