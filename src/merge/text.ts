import { mergeSides, type MergedLines } from './diff3.js';
import { frameLines, readTexts } from './lines.js';
import { resolve } from './resolve.js';
import { isWithin } from './sequences.js';
import { settleStamps } from './stamps.js';

/** The time that comparing the lines of one file may take, in milliseconds. Past it the merge is given up. */
export const TEXT_BUDGET_MS = 1000;

/** A merged text. `clean` is false when some change of ours is not in it. Null: could not be merged in time. */
export type TextMerge = { readonly text: string; readonly clean: boolean } | null;

/**
 * Merges two versions of a text line by line against the one both started from. Changes of different lines are both
 * applied; what happens where they meet is told at `resolve`. Never writes conflict markers: where both changed the same
 * lines the text keeps theirs, and the caller is told to keep our version elsewhere.
 */
export function mergeText(base: string, ours: string, theirs: string, budget: number = TEXT_BUDGET_MS): TextMerge {
  const [b, o, t] = readTexts([base, ours, theirs]);
  if (b === undefined || o === undefined || t === undefined) {
    return null;
  }
  const merged = mergeLines(b.lines, o.lines, t.lines, budget);
  return merged === null ? null : { text: frameLines(merged.lines, b, o, t), clean: merged.clean };
}

/**
 * Two texts without a common ancestor: the one that holds all lines of the other, in order, else null. Frontmatter times
 * do not count.
 */
export function largerText(ours: string, theirs: string): 'ours' | 'theirs' | null {
  const [o, t] = settleStamps(readTexts([ours, theirs]).map(({ lines }) => lines));
  if (o === undefined || t === undefined) {
    return null;
  }
  if (isWithin(o, t)) {
    return 'theirs';
  }
  return isWithin(t, o) ? 'ours' : null;
}

/** `mergeText` for lines that were taken apart already. */
export function mergeLines(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
  budget: number = TEXT_BUDGET_MS,
): MergedLines | null {
  const [b = [], o = [], t = []] = settleStamps([base, ours, theirs]);
  return mergeSides({ base: b, ours: o, theirs: t }, resolve, budget);
}
