import { alignerOf, type Run } from './alignment.js';
import { concat, type Deadline, type Lines } from './lines.js';
import { fenceStates } from './markdown.js';

/** One change of a side: the lines `start..end` of base became the lines `from..to` of the side (ends exclusive). */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** Returns for each line of a text whether it is in a code fence, computed at the first call; null if none is. */
type Fences = () => readonly boolean[] | null;

/**
 * Returns the changes of a side, in order; null when they are not known by the deadline. Two hunks of one side never touch. A change that
 * fits at several positions, because the lines around it repeat, goes to the lowest one, as in git, but never to one that starts inside a
 * code fence when it can be outside.
 */
export function findHunks(base: Lines, side: Lines, deadline: Deadline): Hunk[] | null {
  return hunkFinder(base)(side, deadline);
}

/** `findHunks` for several sides of one base. */
export function hunkFinder(base: Lines): (side: Lines, deadline: Deadline) => Hunk[] | null {
  const align = alignerOf(base);
  const baseFences = fencesOf(base);
  return (side, deadline) => {
    const runs = align(side, deadline);
    const fences = { base: baseFences, side: fencesOf(side) };
    return runs && settlePositions(hunksBetween(runs, base, side, baseFences), base, side, fences);
  };
}

/** Returns the lines that two versions have in common, in order; null when they are not known by the deadline. */
export function commonLines(a: Lines, b: Lines, deadline: Deadline): string[] | null {
  const hunks = findHunks(a, b, deadline);
  if (hunks === null) {
    return null;
  }
  const kept = hunks.map(({ start }, index) => a.slice(hunks[index - 1]?.end ?? 0, start));
  return concat([...kept, a.slice(hunks.at(-1)?.end ?? 0)]);
}

function fencesOf(lines: Lines): Fences {
  let known: { states: boolean[] | null } | null = null;
  return () => {
    known ??= { states: fenceStates(lines) };
    return known.states;
  };
}

/** Returns the differences between each run and the one before it. */
function hunksBetween(runs: readonly Run[], base: Lines, side: Lines, inFence: Fences): Hunk[] {
  const hunks: Hunk[] = [];
  let start = 0;
  let from = 0;
  for (const run of runs) {
    const cut =
      start === run.base && from === run.side ? null : withoutCommon({ start, end: run.base, from, to: run.side }, base, side, inFence);
    if (cut !== null) {
      hunks.push(cut);
    }
    start = run.base + run.count;
    from = run.side + run.count;
  }
  return hunks;
}

/**
 * Removes the lines that are equal at both ends; returns null when nothing is left. A replacement is not cut inside a code fence that both
 * versions have there: the lines that open two fences are alike, but do not make them one.
 */
export function withoutCommon({ start, end, from, to }: Hunk, base: Lines, side: Lines, inFence: Fences): Hunk | null {
  const room = Math.min(end - start, to - from);
  let head = 0;
  while (head < room && base[start + head] === side[from + head]) {
    head += 1;
  }
  let tail = 0;
  while (tail < room - head && base[end - 1 - tail] === side[to - 1 - tail]) {
    tail += 1;
  }
  if (head + tail < room) {
    const open = head + tail > 0 ? inFence() : null;
    while (head > 0 && open?.[start + head] === true) {
      head -= 1;
    }
    while (tail > 0 && open?.[end - tail] === true) {
      tail -= 1;
    }
  }
  const same = end - start === head + tail && to - from === head + tail;
  return same ? null : { start: start + head, end: end - tail, from: from + head, to: to - tail };
}

/** Lines that only one version has, `length` of them from the index `first` on. They can slide where the lines around them repeat. */
interface Slider {
  readonly lines: Lines;
  readonly inFence: Fences;
  readonly first: number;
  readonly length: number;
}

/**
 * Chooses the position of each slider, a change that only added or only removed lines. One that reaches the change above it is joined to
 * that change. Any other goes to the lowest position that does not start inside a code fence, else to the lowest. The position of a
 * replacement is fixed.
 */
function settlePositions(hunks: readonly Hunk[], base: Lines, side: Lines, fences: { base: Fences; side: Fences }): Hunk[] {
  const sliderOf = ({ start, end, from, to }: Hunk): Slider | null => {
    if (start === end) {
      return { lines: side, inFence: fences.side, first: from, length: to - from };
    }
    return from === to ? { lines: base, inFence: fences.base, first: start, length: end - start } : null;
  };
  const gathered = gather(hunks, sliderOf);
  const slid: Hunk[] = [];
  for (const [index, hunk] of gathered.entries()) {
    const least = (slid.at(-1)?.end ?? -1) + 1;
    const most = (gathered[index + 1]?.start ?? base.length + 1) - 1;
    const slider = sliderOf(hunk);
    slid.push(slider === null ? hunk : moved(hunk, bestShift(slider, hunk.start - least, most - hunk.end)));
  }
  return slid;
}

/**
 * Joins a slider to the change above it if it can slide up to that. It is unknown which of two equal lines a side removed; this way it is
 * the same one in the hunks of both sides.
 */
function gather(hunks: readonly Hunk[], sliderOf: (hunk: Hunk) => Slider | null): Hunk[] {
  const gathered: Hunk[] = [];
  for (const hunk of hunks) {
    const above = gathered.at(-1);
    const slider = sliderOf(hunk);
    const distance = hunk.start - (above?.end ?? 0);
    if (above !== undefined && slider !== null && roomAbove(slider, distance) === distance) {
      gathered.splice(-1, 1, { ...above, end: hunk.end - distance, to: hunk.to - distance });
    } else {
      gathered.push(hunk);
    }
  }
  return gathered;
}

/** Counts the lines, up to `limit`, by which a slider can move up without changing the text. */
function roomAbove({ lines, first, length }: Slider, limit: number): number {
  let up = 0;
  while (up < limit && lines[first - up - 1] === lines[first - up - 1 + length]) {
    up += 1;
  }
  return up;
}

function roomBelow({ lines, first, length }: Slider, limit: number): number {
  let down = 0;
  while (down < limit && lines[first + down] === lines[first + down + length]) {
    down += 1;
  }
  return down;
}

function bestShift(slider: Slider, mostUp: number, mostDown: number): number {
  const [up, down] = [roomAbove(slider, mostUp), roomBelow(slider, mostDown)];
  const inFence = up + down === 0 ? null : slider.inFence();
  let shift = down;
  while (shift >= -up && inFence?.[slider.first + shift] === true) {
    shift -= 1;
  }
  return shift < -up ? down : shift;
}

function moved(hunk: Hunk, shift: number): Hunk {
  return { start: hunk.start + shift, end: hunk.end + shift, from: hunk.from + shift, to: hunk.to + shift };
}
