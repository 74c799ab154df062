import type { Fences, Hunk } from './hunk.js';

type Lines = readonly string[];

/** A block of lines that only one version has: `length` lines from the index `first` on. */
interface Block {
  readonly lines: Lines;
  readonly inFence: Fences;
  readonly first: number;
  readonly length: number;
}

/**
 * Chooses the position of each block that was only added or only removed, among those where it fits because the lines around it repeat. A
 * block that reaches the change above it is joined to that change. Any other block goes to the lowest position that does not start inside a
 * code fence, else to the lowest. The position of a replacement is fixed.
 */
export function settleBlocks(hunks: readonly Hunk[], base: Lines, side: Lines, fences: { base: Fences; side: Fences }): Hunk[] {
  const blockOf = ({ start, end, from, to }: Hunk): Block | null => {
    if (start === end) {
      return { lines: side, inFence: fences.side, first: from, length: to - from };
    }
    return from === to ? { lines: base, inFence: fences.base, first: start, length: end - start } : null;
  };
  const gathered = gather(hunks, blockOf);
  const slid: Hunk[] = [];
  for (const [index, hunk] of gathered.entries()) {
    const least = (slid.at(-1)?.end ?? -1) + 1;
    const most = (gathered[index + 1]?.start ?? base.length + 1) - 1;
    const block = blockOf(hunk);
    slid.push(block === null ? hunk : moved(hunk, bestShift(block, hunk.start - least, most - hunk.end)));
  }
  return slid;
}

/**
 * Joins a block to the change above it if it can slide up to that. It is unknown which of two equal lines a side removed; this way it is
 * the same one in the hunks of both sides.
 */
function gather(hunks: readonly Hunk[], blockOf: (hunk: Hunk) => Block | null): Hunk[] {
  const gathered: Hunk[] = [];
  for (const hunk of hunks) {
    const above = gathered.at(-1);
    const block = blockOf(hunk);
    const distance = hunk.start - (above?.end ?? 0);
    if (above !== undefined && block !== null && roomAbove(block, distance) === distance) {
      gathered.splice(-1, 1, { ...above, end: hunk.end - distance, to: hunk.to - distance });
    } else {
      gathered.push(hunk);
    }
  }
  return gathered;
}

/** Counts the lines, up to `limit`, by which a block can slide up without changing the text. */
function roomAbove({ lines, first, length }: Block, limit: number): number {
  let up = 0;
  while (up < limit && lines[first - up - 1] === lines[first - up - 1 + length]) {
    up += 1;
  }
  return up;
}

function roomBelow({ lines, first, length }: Block, limit: number): number {
  let down = 0;
  while (down < limit && lines[first + down] === lines[first + down + length]) {
    down += 1;
  }
  return down;
}

function bestShift(block: Block, mostUp: number, mostDown: number): number {
  const [up, down] = [roomAbove(block, mostUp), roomBelow(block, mostDown)];
  const inFence = up + down === 0 ? null : block.inFence();
  let shift = down;
  while (shift >= -up && inFence?.[block.first + shift] === true) {
    shift -= 1;
  }
  return shift < -up ? down : shift;
}

function moved(hunk: Hunk, shift: number): Hunk {
  return { start: hunk.start + shift, end: hunk.end + shift, from: hunk.from + shift, to: hunk.to + shift };
}
