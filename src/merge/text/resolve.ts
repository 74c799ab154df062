import { joinAdded } from './join.js';
import { addedBy, isOnlyAdded, removesAll, sideOf, type Region, type Sides } from './regions.js';
import { isWithin, sameLines } from './lines/sequences.js';

type Lines = readonly string[];

/** The lines to which a region resolves. `clean` is false when both sides changed the same lines, and `lines` are theirs. */
export interface Resolution {
  readonly lines: Lines;
  readonly clean: boolean;
}

/**
 * Settles one region of a text:
 * - one side changed it, or both in the same way: that change, once;
 * - both only added lines: both, theirs first, each block once (see `joinAdded`);
 * - one only removed lines, the other changed or added some: the other's version, because only it has new content;
 * - both only removed lines: without all lines that either removed;
 * - the change of one includes all of the other's: the larger;
 * - otherwise: theirs, not clean.
 */
export function resolve(sides: Sides, region: Region): Resolution {
  const ours = sideOf(sides.base, sides.ours, region, region.ours);
  const theirs = sideOf(sides.base, sides.theirs, region, region.theirs);
  if (region.ours.length === 0 || sameLines(ours, theirs)) {
    return { lines: theirs, clean: true };
  }
  if (region.theirs.length === 0) {
    return { lines: ours, clean: true };
  }
  if (isOnlyAdded(region)) {
    return { lines: joinAdded(theirs, ours, { above: sides.base[region.start - 1], below: sides.base[region.end] }), clean: true };
  }
  const added = { ours: addedBy(sides.ours, region.ours), theirs: addedBy(sides.theirs, region.theirs) };
  if (added.ours.length === 0 && added.theirs.length === 0) {
    return { lines: withoutBoth(sides.base, region), clean: true };
  }
  if (added.ours.length === 0 || (removesAll(region.theirs, region.ours) && isWithin(added.ours, added.theirs))) {
    return { lines: theirs, clean: true };
  }
  if (added.theirs.length === 0 || (removesAll(region.ours, region.theirs) && isWithin(added.theirs, added.ours))) {
    return { lines: ours, clean: true };
  }
  return { lines: theirs, clean: false };
}

function withoutBoth(base: Lines, region: Region): string[] {
  const gone = new Set<number>();
  for (const { start, end } of [...region.ours, ...region.theirs]) {
    for (let place = start; place < end; place += 1) {
      gone.add(place);
    }
  }
  return base.slice(region.start, region.end).filter((_, index) => !gone.has(region.start + index));
}
