import { mergeSides } from './diff3.js';
import { findHunks } from './hunks.js';
import { entryLines } from './index-entry.js';
import { isEntry, readTokens } from './index-tokens.js';
import { frameLines, readTexts } from './lines.js';
import { sideOf, type Region, type Sides } from './regions.js';
import { resolve, type Resolution } from './resolve.js';
import { isWithin, sameLines } from './sequences.js';
import { settleStamps } from './stamps.js';
import { TEXT_BUDGET_MS, type TextMerge } from './text.js';

type Tokens = readonly string[];

/**
 * Merges two versions of an index, a Markdown file that is mostly a list: `MEMORY.md`, `_index.md`. Entries (`readIndex`)
 * are merged each for itself wherever they stand: added by one side, there; removed by one side and not changed by the other,
 * gone; changed by one side, changed. An entry that both changed differently stays in both forms, theirs first, unless one
 * form holds the other: a reader finds both lines and can make one of them, and no hook line is lost. The other lines, and
 * the order, merge as text; `clean` is false only when both sides changed the same one of those. Without a base (null)
 * everything that stands in one version is in the result. Null when it takes too long.
 */
export function mergeIndex(base: string | null, ours: string, theirs: string, budget: number = TEXT_BUDGET_MS): TextMerge {
  const [o, t, b = t] = readTexts(base === null ? [ours, theirs] : [ours, theirs, base]);
  if (o === undefined || t === undefined || b === undefined) {
    return null;
  }
  const old = base === null ? commonLines(t.lines, o.lines, budget) : b.lines;
  if (old === null) {
    return null;
  }
  const [oldLines = [], own = [], other = []] = settleStamps([old, o.lines, t.lines]);
  const { sides, texts } = readTokens(oldLines, own, other);
  const merged = mergeSides({ ...sides, ours: withoutShared(sides) }, settle, budget);
  if (merged === null) {
    return null;
  }
  const lines = withEntries(merged.lines, sides).flatMap((token) => (isEntry(token) ? entryLines(texts, token) : [token]));
  return { text: frameLines(lines, b, o, t), clean: merged.clean };
}

function commonLines(a: Tokens, b: Tokens, budget: number): string[] | null {
  const hunks = findHunks(a, b, Date.now() + budget);
  return hunks && a.filter((_, index) => !hunks.some(({ start, end }) => start <= index && index < end));
}

/** Where both sides changed the same place, the lines that are not entries decide whose version it is; entries follow later. */
function settle(sides: Sides, region: Region): Resolution {
  if (region.ours.length === 0 || region.theirs.length === 0 || region.start === region.end) {
    return resolve(sides, region);
  }
  const ours = sideOf(sides.base, sides.ours, region, region.ours);
  const theirs = sideOf(sides.base, sides.theirs, region, region.theirs);
  const [b, o, t] = [sides.base.slice(region.start, region.end), ours, theirs].map(proseOf);
  if (b === undefined || o === undefined || t === undefined || isWithin(o, t) || sameLines(o, b)) {
    return { lines: theirs, clean: true };
  }
  if (isWithin(o, b) && isWithin(t, b)) {
    return { lines: theirs.filter((token) => isEntry(token) || o.includes(token)), clean: true };
  }
  if (isWithin(t, o) || sameLines(t, b)) {
    return { lines: ours, clean: true };
  }
  return b.length === 0 ? { lines: [...theirs, ...ours], clean: true } : { lines: theirs, clean: false };
}

function proseOf(tokens: Tokens): string[] {
  return tokens.filter((token) => !isEntry(token));
}

/** An entry that both sides added stands where theirs put it. */
function withoutShared({ base, ours, theirs }: Sides): string[] {
  const [old, other] = [new Set(base), new Set(theirs)];
  return ours.filter((token) => !isEntry(token) || old.has(token) || !other.has(token));
}

/** Sees to it that every entry that belongs into the result stands there, once, and no other. */
function withEntries(merged: Tokens, { base, ours, theirs }: Sides): string[] {
  const [b, o, t] = [new Set(base), new Set(ours), new Set(theirs)];
  const belongs = (token: string): boolean => (b.has(token) ? o.has(token) && t.has(token) : o.has(token) || t.has(token));
  const seen = new Set<string>();
  const result = merged.filter((token) => {
    const keep = !isEntry(token) || (belongs(token) && !seen.has(token));
    seen.add(token);
    return keep;
  });
  return placeMissing(placeMissing(result, theirs, belongs), ours, belongs);
}

/** Puts entries of a side that are missing behind the entry they follow there, or at the end. */
function placeMissing(into: string[], side: Tokens, belongs: (token: string) => boolean): string[] {
  const there = new Set(into);
  const result = [...into];
  let before: string | undefined;
  for (const token of side) {
    if (isEntry(token) && belongs(token) && !there.has(token)) {
      const at = before === undefined ? -1 : result.indexOf(before);
      result.splice(at === -1 ? result.length : at + 1, 0, token);
      there.add(token);
    }
    before = isEntry(token) ? token : before;
  }
  return result;
}
