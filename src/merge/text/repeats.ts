import type { Hunk } from './lines/hunk.js';
import { sameLines } from './lines/sequences.js';

type Lines = readonly string[];

/**
 * Removes lines that one side added right at the edge of a replacement by the other side, if that replacement starts or ends with the same
 * lines: the other side added them as well. Empty lines between them do not count.
 */
export function withoutRepeats(base: Lines, hunks: readonly Hunk[], others: readonly Hunk[], lines: Lines, otherLines: Lines): Hunk[] {
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

/** More empty lines than are usual between two paragraphs are not skipped, in case a file has nothing else. */
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
  return same && lines.slice(to, first + added.length).every(isBlank);
}

function endsWith(lines: Lines, { from, to }: Hunk, gap: number, added: Lines): boolean {
  const first = to + gap - added.length;
  const same = first >= 0 && sameLines(added, lines.slice(first, to + gap));
  return same && first < to && lines.slice(first, from).every(isBlank);
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}
