import type { Changed } from '../elsewhere.js';
import type { Hunk } from '../lines/hunk.js';
import { isOnlyAdded, sideOf, type Region } from '../regions.js';
import { sameLines } from '../lines/sequences.js';
import { isTelling } from '../units/telling.js';
import { countWords, MIN_WORDS } from '../units/words.js';

type Lines = readonly string[];

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
  const different = both.filter(
    (region) => !sameLines(sideOf(base, ours.lines, region, region.ours), sideOf(base, theirs.lines, region, region.theirs)),
  );
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
