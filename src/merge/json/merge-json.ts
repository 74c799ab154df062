import { applyAll } from './text/edit.js';
import { narrow } from './narrow.js';
import { compileRules, type PathRules } from './rules.js';
import { indexJson } from './text/indexed-json.js';
import { createInterner, parseJson } from './tree.js';
import { mergeValues } from './values.js';
import type { JsonRules } from '../types.js';

/** A merged JSON text, and the dotted paths of the values of which only one side's could be kept. */
export type JsonMerge = { readonly text: string; readonly decided: readonly string[] } | null;

/** From so many characters on it pays to leave out first what nobody has touched. */
const NARROW_FROM = 64 * 1024;

/** Of what is left then, more would take minutes. */
const MOST_LENGTH = 8 * 1024 * 1024;

/**
 * Merges two versions of a JSON text key by key against the one both started from (null: none). Written as edits of
 * theirs, so that its order, layout, numbers and comments stay; what comes from ours is carried as it is written there.
 * Objects merge per member, arrays as sets, counters by adding up, and of numbers that only grow the greatest stands; a
 * value that both sides changed otherwise is taken from ours, the later, and named in `decided`, except that an object is
 * never given up for an array or scalar, nor an array for a scalar. Null when one of the texts is not JSON, or what they differ in is
 * larger than 8 MiB.
 *
 * Sessions that are merged one after another, each against the version it began with, leave the same keys, items, counters
 * and times in whatever order; the order decides which value stands of those in `decided`, and how keys and items follow
 * each other. That does not hold where counts go down, or an array with an identity has items without one.
 *
 * A counter that both sides set to the same number has still been counted twice. Merging the same ours once more gives the
 * same text, except for counters, which add up again: the caller has to merge against a new base.
 */
export function mergeJson(base: string | null, ours: string, theirs: string, rules: JsonRules, narrowFrom = NARROW_FROM): JsonMerge {
  const compiled = compileRules(rules);
  const [bom, body] = splitBom(theirs);
  const [start, mine] = [base !== null && base.trim() !== '' ? splitBom(base)[1] : null, splitBom(ours)[1]];
  const narrowed = Math.max(mine.length, body.length) >= narrowFrom ? narrow(start, mine, body, compiled) : null;
  const merged = mergeTexts(narrowed ?? { base: start, ours: mine, theirs: body }, compiled);
  if (merged === null) {
    return null;
  }
  const edits = narrowed ? merged.edits.map((edit) => ({ ...edit, start: narrowed.offsetOf(edit.start, edit.start === edit.end ? 'end' : 'start'), end: narrowed.offsetOf(edit.end, 'end') })) : merged.edits;
  return { text: bom + applyAll(body, edits), decided: merged.decided.toSorted() };
}

function mergeTexts({ base, ours, theirs }: Texts, rules: PathRules): ReturnType<typeof mergeValues> | null {
  if (Math.max(base?.length ?? 0, ours.length, theirs.length) > MOST_LENGTH) {
    return null;
  }
  const intern = createInterner();
  const [old, own, other] = [base === null ? null : parseJson(base, intern), parseJson(ours, intern), parseJson(theirs, intern)];
  return own === null || other === null || (base !== null && old === null) ? null : mergeValues(old, indexJson(own), indexJson(other), rules);
}

interface Texts {
  readonly base: string | null;
  readonly ours: string;
  readonly theirs: string;
}

function splitBom(text: string): [bom: string, body: string] {
  return text.startsWith('\uFEFF') ? [text.slice(0, 1), text.slice(1)] : ['', text];
}
