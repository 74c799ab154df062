import { joinAdded } from '../text/join.js';
import { isEntry } from './tokens.js';
import { isOnlyAdded, sideOf, type Region, type Sides } from '../text/regions.js';
import { resolve, type Resolution } from '../text/resolve.js';
import { isWithin, sameLines } from '../text/lines/sequences.js';

/**
 * Settles one region of an index. If both sides changed the same lines, the lines that are not entries decide whose version is taken.
 * Entries do not matter here: they are arranged afterwards.
 */
export function settleProse(sides: Sides, region: Region): Resolution {
  if (region.ours.length === 0 || region.theirs.length === 0 || isOnlyAdded(region)) {
    return resolve(sides, region);
  }
  const ours = sideOf(sides.base, sides.ours, region, region.ours);
  const theirs = sideOf(sides.base, sides.theirs, region, region.theirs);
  const [b, o, t] = [proseOf(sides.base.slice(region.start, region.end)), proseOf(ours), proseOf(theirs)];
  if (sameLines(o, b) || sameLines(t, b)) {
    return { lines: sameLines(o, b) ? theirs : ours, clean: true };
  }
  if (isWithin(o, b) && isWithin(t, b)) {
    const kept = new Set(o);
    return { lines: theirs.filter((token) => isEntry(token) || kept.has(token)), clean: true };
  }
  if (isWithin(o, t) || isWithin(t, o)) {
    return { lines: isWithin(o, t) ? theirs : ours, clean: true };
  }
  return b.length === 0
    ? { lines: joinAdded(theirs, ours, { above: sides.base[region.start - 1], below: sides.base[region.end] }), clean: true }
    : { lines: theirs, clean: false };
}

function proseOf(tokens: readonly string[]): string[] {
  return tokens.filter((token) => !isEntry(token));
}
