import { type Changed, withoutRepeats, withoutShared } from './added-by-both.js';
import { type Hunk, hunkFinder, withoutCommon } from './hunks.js';
import { concat, countLines, type Deadline, type Lines } from './lines.js';
import { fenceStates } from './markdown.js';
import { unclearMoves, type UnclearMoves, withMovesMade } from './moves/moves.js';
import { findRegions, type Region, sideOf, type Sides } from './regions.js';
import type { Resolution } from './resolve.js';

/** Merged lines; `clean` is false when some region was not settled cleanly. */
interface MergedLines {
  readonly lines: string[];
  readonly clean: boolean;
}

/** Decides what a region becomes. */
type Settle = (sides: Sides, region: Region) => Resolution;

/**
 * Merges lines three-way, after the moves of sections were made in all versions. The result has the lines that neither side changed, and
 * between them the lines to which `settle` resolves each region. Returns null when the changes are not known by the deadline.
 */
export function mergeSides(versions: Sides, settle: Settle, deadline: Deadline): MergedLines | null {
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
    isUnclear(region, unclear) ? { lines: sideOf(sides, region, 'theirs'), clean: false } : settle(sides, region);
  const parts: Lines[] = [];
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
  const own = sideOf(sides, whole, 'ours');
  const other = sideOf(sides, whole, 'theirs');
  if (holdsCommon(lines, own, other)) {
    return [whole, { lines, clean: resolutions.every(({ clean }) => clean) }];
  }
  return [whole, settle(sides, whole)];
}

function holdsCommon(lines: Lines, a: Lines, b: Lines): boolean {
  const [have, inA, inB] = [lines, a, b].map(countLines);
  return [...(inA ?? [])].every(([line, count]) => (have?.get(line) ?? 0) >= Math.min(count, inB?.get(line) ?? 0));
}

/**
 * Joins the hunks by which a side put a code fence around old lines when the other side added lines there, so that those lines do not end
 * up inside the fence. Added before or after the old lines, they stay outside the fence; between them, they are a conflict. Other changes
 * of the old lines are merged inside the fence.
 */
function withWholeFences(base: Lines, { lines, hunks }: Changed, others: readonly Hunk[]): readonly Hunk[] {
  const insertions = others.filter(({ start, end }) => start === end);
  const torn = insertions.length === 0 || hunks.length < 2 ? [] : tornFences(base, lines, hunks);
  return torn.reduce((now, fence) => joined(base, lines, now, fence, insertions), hunks);
}

/** The lines of a side from the one that opens a code fence to the one that closes it. */
interface Fence {
  readonly from: number;
  readonly to: number;
}

/** Returns the code fences that a side added in more than one hunk. */
function tornFences(base: Lines, lines: Lines, hunks: readonly Hunk[]): Fence[] {
  // An extra line, so that a fence that the last line closes has an end.
  const inside = fenceStates([...lines, '']);
  if (inside === null) {
    return [];
  }
  const opens = hunks.flatMap(({ start, end, from, to }) => {
    const replaced = fenceStates(base.slice(start, end)) !== null;
    return replaced
      ? []
      : Array.from({ length: to - from }, (_, n) => from + n)
          .filter((at) => inside[at] === false && inside[at + 1] === true)
          .map((at) => ({ at, to }));
  });
  return opens.flatMap(({ at, to }) => {
    const close = inside.indexOf(false, at + 1);
    return close > to ? [{ from: at, to: close }] : [];
  });
}

function joined(base: Lines, lines: Lines, hunks: readonly Hunk[], fence: Fence, insertions: readonly Hunk[]): readonly Hunk[] {
  const first = hunks.findIndex(({ to }) => to > fence.from);
  const last = hunks.findLastIndex(({ from }) => from < fence.to);
  const [head, tail] = [hunks[first], hunks[last]];
  const closes = tail !== undefined && tail.to >= fence.to;
  if (first >= last || head === undefined || !closes || !insertions.some(({ start }) => head.start <= start && start <= tail.end)) {
    return hunks;
  }
  const whole = withoutCommon({ start: head.start, end: tail.end, from: head.from, to: tail.to }, base, lines, () => fenceStates(base));
  return [...hunks.slice(0, first), ...(whole === null ? [] : [whole]), ...hunks.slice(last + 1)];
}
