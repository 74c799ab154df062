import { mergeSides } from './diff3.js';
import { frameLines, readTexts } from './lines/lines.js';
import { resolve } from './resolve.js';
import { isWithin } from './lines/sequences.js';
import { settleStamps } from './stamps.js';

/** How long the comparison of the lines of one file may take, in milliseconds. After that the merge is given up. */
export const TEXT_BUDGET_MS = 1000;

/** A merged text. `clean` is false when some change from ours is not in it. Null: it could not be merged in time. */
export type TextMerge = { readonly text: string; readonly clean: boolean } | null;

/**
 * Merges two versions of a text line by line against their common base. Changes of different lines are both applied; `resolve` decides
 * where they meet. Never writes conflict markers: if both sides changed the same lines, the text keeps theirs, and `clean` asks the caller
 * to keep ours elsewhere. Of the frontmatter times `stamps` the later one wins.
 */
export function mergeText(
  base: string,
  ours: string,
  theirs: string,
  stamps: readonly string[],
  budget: number = TEXT_BUDGET_MS,
): TextMerge {
  const [o, t, b] = settleStamps(readTexts([ours, theirs, base]), stamps);
  if (o === undefined || t === undefined || b === undefined) {
    return null;
  }
  const merged = mergeSides({ base: b.lines, ours: o.lines, theirs: t.lines }, resolve, Date.now() + budget);
  return merged === null ? null : { text: frameLines(merged.lines, b, o, t), clean: merged.clean };
}

/**
 * For two texts without a common base: returns the one that has all lines of the other, in order, else null. The frontmatter times `stamps`
 * do not count.
 */
export function largerText(ours: string, theirs: string, stamps: readonly string[]): 'ours' | 'theirs' | null {
  const [o, t] = settleStamps(readTexts([ours, theirs]), stamps);
  if (o === undefined || t === undefined) {
    return null;
  }
  if (isWithin(o.lines, t.lines)) {
    return 'theirs';
  }
  return isWithin(t.lines, o.lines) ? 'ours' : null;
}
