import { applyAll } from './edit.js';
import type { JsonDocument } from './nodes.js';
import { compileRules } from './rules.js';
import { sheetOf } from './sheet.js';
import { createInterner, parseJson } from './tree.js';
import { mergeValues } from './values.js';
import type { JsonRules } from '../merge.js';

/** A merged JSON text, and the dotted paths of the values of which only one side's could be kept. */
export type JsonMerge = { readonly text: string; readonly decided: readonly string[] } | null;

/**
 * Merges two versions of a JSON text key by key against the one both started from (null: none). Written as edits of
 * theirs, so that its order, layout, numbers and comments stay; what comes from ours is carried as it is written there.
 * Objects merge per member, arrays as sets, counters by adding up, and of numbers that only grow the greatest stands; a
 * value that both sides changed otherwise is taken from ours, the later, and named in `decided`, except that an object is
 * never given up for an array or scalar, nor an array for a scalar. Null when one of the texts is not JSON.
 *
 * Sessions that are merged one after another, each against the version it began with, leave the same keys, items, counters
 * and times in whatever order; the order decides which value stands of those in `decided`, and how keys and items follow
 * each other. That does not hold where counts go down, or an array with an identity has items without one.
 *
 * A counter that both sides set to the same number has still been counted twice. Merging the same ours once more gives the
 * same text, except for counters, which add up again: the caller has to merge against a new base.
 */
export function mergeJson(base: string | null, ours: string, theirs: string, rules: JsonRules): JsonMerge {
  const intern = createInterner();
  const parse = (text: string): JsonDocument | null => parseJson(splitBom(text)[1], intern);
  const started = base !== null && base.trim() !== '';
  const [old, own, other] = [started ? parse(base) : null, parse(ours), parse(theirs)];
  if (own === null || other === null || (started && old === null)) {
    return null;
  }
  const { edits, decided } = mergeValues(old, sheetOf(own), sheetOf(other), compileRules(rules));
  const [bom, body] = splitBom(theirs);
  return { text: bom + applyAll(body, edits), decided: decided.toSorted() };
}

function splitBom(text: string): [bom: string, body: string] {
  return text.startsWith('\uFEFF') ? [text.slice(0, 1), text.slice(1)] : ['', text];
}
