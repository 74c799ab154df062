import { withoutShared } from './elsewhere.js';
import { hunkFinder } from './lines/hunks.js';
import { withMovesMade } from './moves/moves.js';
import { findRegions, sideOf, type Region, type Sides } from './regions.js';
import { withoutRepeats } from './repeats.js';
import type { Resolution } from './resolve.js';
import { concat, countLines } from './lines/sequences.js';
import { unclearMoves, type UnclearMoves } from './moves/unclear-moves.js';
import { withWholeFences } from './lines/whole-fences.js';

/** Merged lines; `clean` is false when some region was not settled cleanly. */
export interface MergedLines {
  readonly lines: string[];
  readonly clean: boolean;
}

/** Decides what a region becomes. */
type Settle = (sides: Sides, region: Region) => Resolution;

/**
 * Merges lines three-way, after the moves of sections were made in all versions. The result has the lines that neither side changed, and
 * between them the lines to which `settle` resolves each region. Returns null when the changes are not known by `deadline` (milliseconds
 * since the epoch).
 */
export function mergeSides(versions: Sides, settle: Settle, deadline: number): MergedLines | null {
  const { base, ours, theirs } = withMovesMade(versions);
  const findHunks = hunkFinder(base);
  const own = findHunks(ours, deadline);
  const other = own === null ? null : findHunks(theirs, deadline);
  if (own === null || other === null) {
    return null;
  }
  const [ownWhole, otherWhole] = [
    withWholeFences(base, { lines: ours, hunks: own }, other),
    withWholeFences(base, { lines: theirs, hunks: other }, own),
  ];
  const changed = withoutShared(
    { lines: ours, hunks: withoutRepeats(base, ownWhole, otherWhole, ours, theirs) },
    { lines: theirs, hunks: withoutRepeats(base, otherWhole, ownWhole, theirs, ours) },
  );
  const sides = { base, ours: changed.ours.lines, theirs: changed.theirs.lines };
  const unclear = unclearMoves(base, findRegions(base, changed.ours.hunks, changed.theirs.hunks), changed.ours, changed.theirs);
  const regions = findRegions(
    base,
    changed.ours.hunks.filter((hunk) => !unclear.ourInsertions.has(hunk)),
    changed.theirs.hunks,
  );
  const settleClear: Settle = (_, region) =>
    isUnclear(region, unclear) ? { lines: sideOf(base, sides.theirs, region, region.theirs), clean: false } : settle(sides, region);
  const parts: (readonly string[])[] = [];
  let at = 0;
  let clean = true;
  for (const chain of chainsOf(regions)) {
    const [whole, resolution] = settleChain(sides, chain, settleClear);
    clean &&= resolution.clean;
    parts.push(base.slice(at, whole.start), resolution.lines);
    at = whole.end;
  }
  return { lines: concat([...parts, base.slice(at)]), clean };
}

function isUnclear({ ours, theirs }: Region, { removals }: UnclearMoves): boolean {
  return [...ours, ...theirs].some((hunk) => removals.has(hunk));
}

/** Groups regions that touch, with no unchanged line between them. */
function chainsOf(regions: readonly Region[]): [Region, ...Region[]][] {
  const chains: [Region, ...Region[]][] = [];
  for (const region of regions) {
    const chain = chains.at(-1);
    if (chain?.at(-1)?.end === region.start) {
      chain.push(region);
    } else {
      chains.push([region]);
    }
  }
  return chains;
}

/**
 * Settles regions that touch one by one. If lines repeat, though, the sides may describe the same change in different ways, and a line that
 * both still have would be lost between two regions; then they are settled as one.
 */
function settleChain(sides: Sides, [first, ...more]: [Region, ...Region[]], settle: Settle): [Region, Resolution] {
  if (more.length === 0) {
    return [first, settle(sides, first)];
  }
  const whole = {
    start: first.start,
    end: more.at(-1)?.end ?? first.end,
    ours: [first, ...more].flatMap((region) => region.ours),
    theirs: [first, ...more].flatMap((region) => region.theirs),
  };
  const resolutions = [first, ...more].map((region) => settle(sides, region));
  const lines = resolutions.flatMap((resolution) => resolution.lines);
  const own = sideOf(sides.base, sides.ours, whole, whole.ours);
  const other = sideOf(sides.base, sides.theirs, whole, whole.theirs);
  if (holdsCommon(lines, own, other)) {
    return [whole, { lines, clean: resolutions.every(({ clean }) => clean) }];
  }
  return [whole, settle(sides, whole)];
}

function holdsCommon(lines: readonly string[], a: readonly string[], b: readonly string[]): boolean {
  const [have, inA, inB] = [lines, a, b].map(countLines);
  return [...(inA ?? [])].every(([line, count]) => (have?.get(line) ?? 0) >= Math.min(count, inB?.get(line) ?? 0));
}
