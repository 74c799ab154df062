import { withoutBom } from '../../system/content.js';
import type { JsonRules } from '../drivers.js';
import { indexJson } from './document.js';
import { applyAll } from './edits.js';
import { narrow } from './narrow.js';
import { createInterner, parseJson } from './parse-json.js';
import { compileRules, type PathRules } from './rules.js';
import { mergeValues } from './values.js';

/** A merged JSON text, and the dotted paths of the values of which only one side's could be kept. */
export type JsonMerge = { readonly text: string; readonly decided: readonly string[] } | null;

/** From this number of characters on, it pays to leave out the parts that neither side changed. */
const NARROW_FROM = 64 * 1024;

/** The most characters that remain after that; merging more would take minutes. */
const MERGE_LIMIT_CHARACTERS = 8 * 1024 * 1024;

/**
 * Merges two versions of a JSON text key by key against their common base (null: none). The result is made by edits of theirs, so that its
 * order, layout, numbers and comments stay; values from ours are inserted as they are written there. Objects are merged by member, and
 * arrays as sets. Counters add up, and of numbers that only grow the greatest wins. Any other value that both sides changed is taken from
 * ours, the later one, and named in `decided`; but an object is never replaced by an array or scalar, nor an array by a scalar. Returns
 * null when one of the texts is not JSON, or when the parts that differ are longer than `MERGE_LIMIT_CHARACTERS`.
 *
 * Sessions that are merged one after another, each against its own base, result in the same keys, items, counters and times in any order.
 * The order only decides which of the values in `decided` wins, and the order of keys and items. This does not hold for counters that go
 * down, or for an array with an identity that has items without one.
 *
 * A counter that both sides set to the same number was counted twice, and is added up. Merging the same ours again gives the same text,
 * except that counters add up again: the caller must use a new base for the next merge.
 */
export function mergeJson(base: string | null, ours: string, theirs: string, rules: JsonRules, narrowFrom = NARROW_FROM): JsonMerge {
  const compiled = compileRules(rules);
  const [mine, body] = [withoutBom(ours), withoutBom(theirs)];
  const start = base !== null && base.trim() !== '' ? withoutBom(base) : null;
  const narrowed = Math.max(mine.length, body.length) >= narrowFrom ? narrow(start, mine, body, compiled) : null;
  const merged = mergeTexts(narrowed ?? { base: start, ours: mine, theirs: body }, compiled);
  if (merged === null) {
    return null;
  }
  const edits = narrowed
    ? merged.edits.map((edit) => ({
        ...edit,
        start: narrowed.offsetOf(edit.start, edit.start === edit.end ? 'end' : 'start'),
        end: narrowed.offsetOf(edit.end, 'end'),
      }))
    : merged.edits;
  return { text: theirs.slice(0, theirs.length - body.length) + applyAll(body, edits), decided: merged.decided.toSorted() };
}

function mergeTexts({ base, ours, theirs }: Texts, rules: PathRules): ReturnType<typeof mergeValues> | null {
  if (Math.max(base?.length ?? 0, ours.length, theirs.length) > MERGE_LIMIT_CHARACTERS) {
    return null;
  }
  const intern = createInterner();
  const [old, own, other] = [base === null ? null : parseJson(base, intern), parseJson(ours, intern), parseJson(theirs, intern)];
  return own === null || other === null || (base !== null && old === null)
    ? null
    : mergeValues(old, indexJson(own), indexJson(other), rules);
}

interface Texts {
  readonly base: string | null;
  readonly ours: string;
  readonly theirs: string;
}
