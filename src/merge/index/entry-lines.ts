import { mergeSides } from '../text/diff3.js';
import type { EntryTexts } from './tokens.js';
import { resolve } from '../text/resolve.js';
import { sameLines } from '../text/lines/sequences.js';

/**
 * Returns the lines of an entry in the result. If both sides changed it in different ways: both changes, when the entry has several lines
 * and the sides changed different ones; the longer form, when it begins with the other; else theirs followed by ours. After `deadline`
 * (milliseconds since the epoch) the lines are not compared.
 */
export function entryLines({ base, ours, theirs }: EntryTexts, deadline: number): readonly string[] {
  if (ours === undefined || theirs === undefined) {
    return theirs ?? ours ?? [];
  }
  if (sameLines(ours, theirs) || (base !== undefined && sameLines(ours, base))) {
    return theirs;
  }
  if (base !== undefined && sameLines(theirs, base)) {
    return ours;
  }
  const merged = base !== undefined && base.length > 1 ? mergeSides({ base, ours, theirs }, resolve, deadline) : null;
  return merged?.clean === true ? merged.lines : bothForms(ours, theirs);
}

function bothForms(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const [o, t] = [ours.join('\n').trim(), theirs.join('\n').trim()];
  if (t.startsWith(o)) {
    return theirs;
  }
  return o.startsWith(t) ? ours : [...theirs, ...ours];
}
