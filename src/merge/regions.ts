import type { Hunk } from './hunks.js';
import { sameLines } from './sequences.js';

type Lines = readonly string[];

/** The lines of the three versions of a text. */
export interface Sides {
  readonly base: Lines;
  readonly ours: Lines;
  readonly theirs: Lines;
}

/** A stretch of base that one side or both changed. Two regions of a text never overlap; they can touch. */
export interface Region {
  readonly start: number;
  readonly end: number;
  readonly ours: readonly Hunk[];
  readonly theirs: readonly Hunk[];
}

/**
 * Sorts the changes of both sides into regions. Changes share a region when they changed the same lines of base, or added
 * lines at the same place between two. Changes that only touch stay apart: each side left the other's lines alone.
 */
export function findRegions(sides: Sides, ours: readonly Hunk[], theirs: readonly Hunk[]): Region[] {
  const all = [
    ...withoutRepeats(sides.base, ours, theirs, sides.ours, sides.theirs).map((hunk) => ({ hunk, own: true })),
    ...withoutRepeats(sides.base, theirs, ours, sides.theirs, sides.ours).map((hunk) => ({ hunk, own: false })),
  ].toSorted((a, b) => a.hunk.start - b.hunk.start || a.hunk.end - b.hunk.end);
  const regions: Region[] = [];
  for (const { hunk, own } of all) {
    const last = regions.at(-1);
    const joins = last !== undefined && overlap(last, hunk);
    const into = joins ? last : { start: hunk.start, end: hunk.end, ours: [], theirs: [] };
    const region = {
      start: into.start,
      end: Math.max(into.end, hunk.end),
      ours: own ? [...into.ours, hunk] : into.ours,
      theirs: own ? into.theirs : [...into.theirs, hunk],
    };
    regions.splice(joins ? -1 : regions.length, 1, region);
  }
  return regions;
}

function overlap(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  const samePlace = a.start === a.end && b.start === b.end && a.start === b.start;
  return samePlace || (a.start < b.end && b.start < a.end);
}

/**
 * Leaves out lines that one side added right at the edge of a replacement by the other side when that replacement starts
 * or ends with the same lines: the other side added them, too. Empty lines between do not count.
 */
function withoutRepeats(base: Lines, hunks: readonly Hunk[], others: readonly Hunk[], lines: Lines, otherLines: Lines): Hunk[] {
  const replacements = others.filter(({ start, end, from, to }) => start < end && from < to);
  const starts = new Map(replacements.map((other) => [other.start, other]));
  const ends = new Map(replacements.map((other) => [other.end, other]));
  return hunks.filter((hunk) => {
    if (hunk.start !== hunk.end) {
      return true;
    }
    const added = lines.slice(hunk.from, hunk.to);
    const below = blanksFrom(base, hunk.start, 1);
    const above = blanksFrom(base, hunk.start - 1, -1);
    const starting = firstOf(starts, hunk.start, below, 1);
    const ending = firstOf(ends, hunk.start, above, -1);
    const atStart = starting && startsWith(otherLines, starting.hunk, starting.gap, added);
    const atEnd = ending && endsWith(otherLines, ending.hunk, ending.gap, added);
    return atStart !== true && atEnd !== true;
  });
}

/** More empty lines than stand between two paragraphs are not looked through, in case a file has nothing else. */
const MAX_GAP = 8;

function blanksFrom(base: Lines, place: number, step: 1 | -1): number {
  let count = 0;
  while (count < MAX_GAP && isBlank(base[place + step * count] ?? 'no line')) {
    count += 1;
  }
  return count;
}

function firstOf(hunks: ReadonlyMap<number, Hunk>, place: number, most: number, step: 1 | -1): { hunk: Hunk; gap: number } | null {
  for (let gap = 0; gap <= most; gap += 1) {
    const hunk = hunks.get(place + step * gap);
    if (hunk !== undefined) {
      return { hunk, gap };
    }
  }
  return null;
}

function startsWith(lines: Lines, { from, to }: Hunk, gap: number, added: Lines): boolean {
  const first = from - gap;
  const same = first >= 0 && sameLines(added, lines.slice(first, first + added.length));
  return same && first + added.length > from && lines.slice(to, first + added.length).every(isBlank);
}

function endsWith(lines: Lines, { from, to }: Hunk, gap: number, added: Lines): boolean {
  const first = to + gap - added.length;
  const same = first >= 0 && sameLines(added, lines.slice(first, to + gap));
  return same && first < to && lines.slice(first, from).every(isBlank);
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** What the lines `start..end` of base are on a side. */
export function sideOf(base: Lines, side: Lines, region: Region, hunks: readonly Hunk[]): string[] {
  const result: string[] = [];
  let at = region.start;
  for (const hunk of hunks) {
    result.push(...base.slice(at, hunk.start), ...side.slice(hunk.from, hunk.to));
    at = hunk.end;
  }
  return [...result, ...base.slice(at, region.end)];
}

/** The lines that hunks of a side added, in order. */
export function addedBy(side: Lines, hunks: readonly Hunk[]): string[] {
  return hunks.flatMap((hunk) => side.slice(hunk.from, hunk.to));
}

/** Whether every line of base that `inner` removed was removed by `outer` as well. */
export function removesAll(outer: readonly Hunk[], inner: readonly Hunk[]): boolean {
  return inner.every(
    ({ start, end }) => start === end || outer.some((hunk) => hunk.start <= start && end <= hunk.end),
  );
}
