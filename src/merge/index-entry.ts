import type { TokenText } from './index-tokens.js';
import { sameLines } from './sequences.js';
import { mergeLines } from './text.js';

/**
 * The lines of an entry in the result. Changed by both sides in different ways: their changes together when the entry has
 * several lines and they changed different ones, the longer form when it holds the other, else theirs followed by ours.
 */
export function entryLines(texts: ReadonlyMap<string, TokenText>, token: string): readonly string[] {
  const { base, ours, theirs } = texts.get(token) ?? {};
  if (ours === undefined || theirs === undefined) {
    return theirs ?? ours ?? [];
  }
  if (sameLines(ours, theirs) || (base !== undefined && sameLines(ours, base))) {
    return theirs;
  }
  if (base !== undefined && sameLines(theirs, base)) {
    return ours;
  }
  const merged = base !== undefined && base.length > 1 ? mergeLines(base, ours, theirs) : null;
  return merged?.clean === true ? merged.lines : bothForms(ours, theirs);
}

function bothForms(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const [o, t] = [ours.join('\n').trim(), theirs.join('\n').trim()];
  if (t.includes(o)) {
    return theirs;
  }
  return o.includes(t) ? ours : [...theirs, ...ours];
}
