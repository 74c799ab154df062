import { alignerOf } from './alignment.js';
import type { Run } from './edit-path.js';
import { fenceStates } from '../units/fences.js';
import { settleBlocks } from './slide.js';
import type { Fences, Hunk } from './hunk.js';

type Lines = readonly string[];

/**
 * Returns the changes of a side, in order; null when they are not known by `deadline` (milliseconds since the epoch). Two hunks of one side
 * never touch. A block that fits at several positions, because the lines around it repeat, goes to the lowest one, as in git, but never to
 * one that starts inside a code fence when it can be outside.
 */
export function findHunks(base: Lines, side: Lines, deadline: number): Hunk[] | null {
  return hunkFinder(base)(side, deadline);
}

/** `findHunks` for several sides of one base. */
export function hunkFinder(base: Lines): (side: Lines, deadline: number) => Hunk[] | null {
  const align = alignerOf(base);
  const baseFences = fencesOf(base);
  return (side, deadline) => {
    const runs = align(side, deadline);
    const fences = { base: baseFences, side: fencesOf(side) };
    return runs && settleBlocks(hunksBetween(runs, base, side, baseFences), base, side, fences);
  };
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
