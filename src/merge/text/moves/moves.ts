import type { Changed } from '../added-by-both.js';
import type { Hunk } from '../hunks.js';
import { concat, type Lines, sameLines } from '../lines.js';
import { countWords, isTelling, MIN_WORDS } from '../markdown.js';
import { isOnlyAdded, type Region, sideOf, type Sides } from '../regions.js';
import { rearranged } from './rearrange.js';
import { cutSections, sameSections, type Sections } from './sections.js';

/**
 * Makes the moves of sections in all versions: a section that one side moved is moved in base and on the other side as well. So the changes
 * of both sides are merged at the new position, and the section is there once. A section that both moved goes where theirs has it. A
 * section that not all versions have, or that is not clearly the same (`sameSections`), is not moved by itself.
 */
export function withMovesMade(sides: Sides): Sides {
  const base = cutSections(sides.base);
  if (base === null || base.length <= MIN_SECTIONS) {
    return sides;
  }
  const [ours, theirs] = [cutSections(sides.ours), cutSections(sides.theirs)];
  if (ours === null || theirs === null) {
    return sides;
  }
  const [old, own] = following(base, ours, theirs);
  const [older, other] = following(old, theirs, own);
  return { base: linesOf(sides.base, base, older), ours: linesOf(sides.ours, ours, own), theirs: linesOf(sides.theirs, theirs, other) };
}

/** With fewer sections, besides the one without a heading, none can be moved. */
const MIN_SECTIONS = 2;

function linesOf(lines: Lines, before: Sections, after: Sections): Lines {
  return before === after ? lines : concat(after.flatMap((section) => [section.lines, section.gap]));
}

/** Returns base and the other version with the moves of `mover`. */
function following(base: Sections, other: Sections, mover: Sections): [Sections, Sections] {
  const [inMover, inOther] = [sameSections(base, mover), sameSections(base, other)];
  const also = new Set(inOther);
  const order = inMover.flatMap((index) => (index !== undefined && also.has(index) ? [index] : []));
  const stay = longestRising(order);
  if (stay.length === order.length) {
    return [base, other];
  }
  const known = new Set(order);
  const name = (index: number | undefined): number | undefined => (index !== undefined && known.has(index) ? index : undefined);
  const moves = { order, stay: new Set(stay), mover, names: inMover.map(name) };
  return [
    rearranged(
      base,
      base.map((_, index) => name(index)),
      moves,
    ),
    rearranged(other, inOther.map(name), moves),
  ];
}

/** Returns the longest rising subsequence of `numbers`, which has no number twice. */
function longestRising(numbers: readonly number[]): number[] {
  /** By length: the index of the lowest number at which a subsequence of that length ends. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [at, number] of numbers.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    before[at] = ends[low - 1];
    ends[low] = at;
  }
  const rising: number[] = [];
  for (let at = ends.at(-1); at !== undefined; at = before[at]) {
    rising.push(numbers[at] ?? 0);
  }
  return rising.toReversed();
}

/** Text that one side moved and the other changed, where it is unknown which lines are the changed ones. */
export interface UnclearMoves {
  /** The hunks that removed the text. */
  readonly removals: ReadonlySet<Hunk>;
  /** The hunks by which ours added it elsewhere. */
  readonly ourInsertions: ReadonlySet<Hunk>;
}

/**
 * Finds text that one side removed in a region that the other side changed, and added at another position. Does not find a moved section,
 * because that move was made in all versions (`withMovesMade`). Lines of fewer than three words occur everywhere, and do not indicate a
 * move.
 */
export function unclearMoves(base: Lines, regions: readonly Region[], ours: Changed, theirs: Changed): UnclearMoves {
  const both = regions.filter((region) => region.ours.length > 0 && region.theirs.length > 0 && !isOnlyAdded(region));
  const sides = { base, ours: ours.lines, theirs: theirs.lines };
  const different = both.filter((region) => !sameLines(sideOf(sides, region, 'ours'), sideOf(sides, region, 'theirs')));
  const own = different.flatMap((region) => movedFrom(base, region.ours, ours, region.theirs));
  const other = different.flatMap((region) => movedFrom(base, region.theirs, theirs, region.ours));
  return {
    removals: new Set([...own, ...other].map(({ removal }) => removal)),
    ourInsertions: new Set(own.flatMap(({ insertions }) => insertions)),
  };
}

interface Move {
  readonly removal: Hunk;
  readonly insertions: readonly Hunk[];
}

/** Returns what a side moved out of a region. `here` are its changes in the region, `others` those of the other side. */
function movedFrom(base: Lines, here: readonly Hunk[], side: Changed, others: readonly Hunk[]): Move[] {
  if (others.every(({ from, to }) => from === to)) {
    return [];
  }
  return here.flatMap((removal) => {
    const removed = new Set(base.slice(removal.start, removal.end).filter((line) => isTelling(line) && countWords(line) >= MIN_WORDS));
    const insertions =
      removed.size === 0
        ? []
        : side.hunks.filter((hunk) => !here.includes(hunk) && side.lines.slice(hunk.from, hunk.to).some((line) => removed.has(line)));
    return insertions.length > 0 ? [{ removal, insertions }] : [];
  });
}
