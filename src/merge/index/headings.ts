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
export function headingsOf(sections: readonly IndexSection[]): Map<string, string> {
  return new Map(sections.flatMap(({ heading, entries }) => entries.map((entry): [string, string] => [entry, heading])));
}

/**
 * Maps the new form of each heading that a side has renamed to the old form. A heading counts as renamed when the old one is gone and all
 * its remaining entries are below one new heading of the same level, which has entries of no other old heading.
 */
export function renamedHeadings(base: readonly IndexSection[], side: readonly IndexSection[]): Map<string, string> {
  const [old, now] = [new Set(base.map(({ heading }) => heading)), new Set(side.map(({ heading }) => heading))];
  const [before, places] = [headingsOf(base), headingsOf(side)];
  const cameFrom = (heading: string): Set<string> =>
    new Set([...places].flatMap(([entry, place]) => (place === heading ? (before.get(entry) ?? []) : [])));
  const renamed = base.flatMap(({ heading, entries }): [string, string][] => {
    const after = new Set(entries.flatMap((entry) => places.get(entry) ?? []));
    const [only] = after;
    const isRenamed =
      !now.has(heading) &&
      after.size === 1 &&
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
export function homesOf(base: readonly IndexSection[], ours: readonly IndexSection[], theirs: readonly IndexSection[]): Map<string, Home> {
  const [b, o, t] = [headingsOf(base), headingsOf(ours), headingsOf(theirs)];
  const entries = new Set([...o.keys(), ...t.keys()]);
  return new Map([...entries].map((entry): [string, Home] => [entry, homeOf(b.get(entry), o.get(entry), t.get(entry))]));
}

/** A heading, and the side that puts an entry below it. */
export interface Home {
  readonly heading: string;
  readonly by: Exclude<keyof Sides, 'base'>;
}

function homeOf(base: string | undefined, ours: string | undefined, theirs: string | undefined): Home {
  const isOurs = ours !== undefined && (theirs === undefined || (base === theirs && ours !== base));
  return isOurs ? { heading: ours, by: 'ours' } : { heading: theirs ?? TOP, by: 'theirs' };
}
