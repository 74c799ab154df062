import { parse as parseJsonc } from 'jsonc-parser';
import { withoutBom } from '../../system/content.js';
import type { JsonRules } from '../drivers.js';
import { lostIn, lostWholes } from './lost-in.js';
import { parseJson } from './parse-json.js';

/**
 * Returns the dotted names of the sections of which most is lost from one JSON text to the other, as when a program did not find its file
 * and wrote a new one. An empty name means the whole text. Returns none if one text is not a JSON object.
 */
export function lostSections(before: string, after: string, rules: JsonRules): string[] {
  const [old, next] = [valueOf(before), valueOf(after)];
  return old === undefined || next === undefined ? [] : lostIn(old.value, next.value, rules.sections);
}

/**
 * Does the same for two versions of which neither was made from the other, so that a merge keeps all keys of both: returns the sections
 * that are merged as one value, and that are present but emptied.
 */
export function emptiedWholes(before: string, after: string, rules: JsonRules): string[] {
  const [old, next] = [valueOf(before), valueOf(after)];
  return old === undefined || next === undefined
    ? []
    : lostWholes(
        old.value,
        next.value,
        rules.sections.filter((section) => rules.atoms.includes(section)),
      );
}

/** Wraps the value, because a JSON text may be `null`. Returns undefined for a text that is not JSON. */
function valueOf(text: string): { readonly value: unknown } | undefined {
  const body = withoutBom(text);
  try {
    return { value: JSON.parse(body) };
  } catch {
    // The text may contain comments.
    return parseJson(body) === null ? undefined : { value: parseJsonc(body, [], { allowTrailingComma: true }) };
  }
}
