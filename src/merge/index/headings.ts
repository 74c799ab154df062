import { fenceStates, isHeading, levelOf } from '../text/markdown.js';
import type { Sides } from '../text/regions.js';
import { isEntry, type Tokens } from './entries.js';

/** The heading of the part above the first heading. */
export const TOP = '';

/** The part of an index below one heading. */
export interface IndexSection {
  /** The whole line; `TOP` for the part above the first one. */
  readonly heading: string;
  /** The indices of the first line below the heading, and of the next heading. */
  readonly from: number;
  readonly to: number;
  readonly entries: Tokens;
}

export type Sections = readonly IndexSection[];

/** Cuts an index at its headings, of whatever level. A line in a code fence is not a heading. */
export function cutAtHeadings(tokens: Tokens): IndexSection[] {
  const inFence = fenceStates(tokens);
  const starts = [...tokens.entries()].flatMap(([at, token]) => (inFence?.[at] !== true && isHeading(token) ? [at] : []));
  return [-1, ...starts].map((start, index) => {
    const [from, to] = [start + 1, starts[index] ?? tokens.length];
    return { heading: start === -1 ? TOP : (tokens[start] ?? TOP), from, to, entries: tokens.slice(from, to).filter(isEntry) };
  });
}

/** Maps each entry of an index to the heading above it. */
export function headingsOf(sections: Sections): Map<string, string> {
  return new Map(sections.flatMap(({ heading, entries }) => entries.map((entry): [string, string] => [entry, heading])));
}

/**
 * Maps the new form of each heading that a side has renamed to the old form. A heading counts as renamed when the old one is gone and all
 * its remaining entries are below one new heading of the same level, which has entries of no other old heading.
 */
export function renamedHeadings(base: Sections, side: Sections): Map<string, string> {
  const [old, now] = [new Set(base.map(({ heading }) => heading)), new Set(side.map(({ heading }) => heading))];
  const [before, after] = [headingsOf(base), headingsOf(side)];
  const cameFrom = (heading: string): Set<string> =>
    new Set([...after].flatMap(([entry, below]) => (below === heading ? (before.get(entry) ?? []) : [])));
  const renamed = base.flatMap(({ heading, entries }): [string, string][] => {
    const headings = new Set(entries.flatMap((entry) => after.get(entry) ?? []));
    const [only] = headings;
    const isRenamed =
      !now.has(heading) &&
      headings.size === 1 &&
      only !== undefined &&
      !old.has(only) &&
      levelOf(only) === levelOf(heading) &&
      cameFrom(only).size === 1;
    return isRenamed ? [[only, heading]] : [];
  });
  return new Map(renamed);
}

/**
 * Maps each entry of an index to the heading to which it belongs: the one to which the only side that moved it did so, else the one in
 * theirs; for a new entry, the one of its own side.
 */
export function ownHeadingsOf(base: Sections, ours: Sections, theirs: Sections): Map<string, OwnHeading> {
  const [b, o, t] = [headingsOf(base), headingsOf(ours), headingsOf(theirs)];
  const entries = new Set([...o.keys(), ...t.keys()]);
  return new Map([...entries].map((entry): [string, OwnHeading] => [entry, ownHeadingOf(b.get(entry), o.get(entry), t.get(entry))]));
}

/** The heading to which an entry belongs, and the side that put it there. */
export interface OwnHeading {
  readonly heading: string;
  readonly by: Exclude<keyof Sides, 'base'>;
}

function ownHeadingOf(base: string | undefined, ours: string | undefined, theirs: string | undefined): OwnHeading {
  const isOurs = ours !== undefined && (theirs === undefined || (base === theirs && ours !== base));
  return isOurs ? { heading: ours, by: 'ours' } : { heading: theirs ?? TOP, by: 'theirs' };
}
