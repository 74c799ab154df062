import type { Hunk } from './hunks.js';
import { concat, isBlank, type Lines, MAX_GAP } from './lines.js';
import { isHeading } from './markdown.js';

/** The lines of the three versions of a text. */
export interface Sides {
  readonly base: Lines;
  readonly ours: Lines;
  readonly theirs: Lines;
}

/** A range of base that one side or both changed. Two regions of a text never overlap, but they may touch. */
export interface Region {
  readonly start: number;
  readonly end: number;
  readonly ours: readonly Hunk[];
  readonly theirs: readonly Hunk[];
}

/**
 * Groups the changes of both sides into regions. Changes share a region when they changed the same lines of base, or added lines at the
 * same position between two lines, or both at the end of one section. Changes that only touch stay separate, because each side left the
 * other's lines alone.
 */
export function findRegions(base: Lines, ours: readonly Hunk[], theirs: readonly Hunk[]): Region[] {
  const all = [
    ...ours.map((hunk) => ({ hunk, side: 'ours' as const })),
    ...theirs.map((hunk) => ({ hunk, side: 'theirs' as const })),
  ].toSorted((a, b) => a.hunk.start - b.hunk.start || a.hunk.end - b.hunk.end);
  const regions: { start: number; end: number; ours: Hunk[]; theirs: Hunk[] }[] = [];
  for (const { hunk, side } of all) {
    const last = regions.at(-1);
    const region =
      last !== undefined && (overlap(last, hunk) || endSameSection(base, last, hunk))
        ? last
        : { start: hunk.start, end: hunk.end, ours: [], theirs: [] };
    region.end = Math.max(region.end, hunk.end);
    region[side].push(hunk);
    if (region !== last) {
      regions.push(region);
    }
  }
  return regions;
}

/**
 * Whether two positions at which lines were added are both at the end of a section: only empty lines are between them, and the next heading
 * follows.
 */
function endSameSection(base: Lines, above: Region, { start, end }: Hunk): boolean {
  const between = base.slice(above.start, start);
  return start === end && between.length <= MAX_GAP && between.every(isBlank) && isOnlyAdded(above) && startsSection(base, start);
}

function startsSection(base: Lines, index: number): boolean {
  const line = base.slice(index, index + MAX_GAP).find((other) => !isBlank(other));
  return line === undefined ? index + MAX_GAP >= base.length : isHeading(line);
}

/** Whether both sides only added lines in a region, so that its range of base has at most empty lines. */
export function isOnlyAdded({ ours, theirs }: Region): boolean {
  return [...ours, ...theirs].every(({ start, end }) => start === end);
}

/** Whether two changes affect the same lines, or add at the same position. */
export function overlap(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  const samePlace = a.start === a.end && b.start === b.end && a.start === b.start;
  return samePlace || (a.start < b.end && b.start < a.end);
}

/** Returns the lines of a side that correspond to the region's lines of base. */
export function sideOf(sides: Sides, region: Region, side: 'ours' | 'theirs'): string[] {
  const { base, [side]: lines } = sides;
  const parts: Lines[] = [];
  let at = region.start;
  for (const hunk of region[side]) {
    parts.push(base.slice(at, hunk.start), lines.slice(hunk.from, hunk.to));
    at = hunk.end;
  }
  return concat([...parts, base.slice(at, region.end)]);
}
