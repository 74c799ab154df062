import { parse as parseJsonc } from 'jsonc-parser';
import type { JsonRules } from '../../types.js';
import { lostIn, lostWholes } from './lost-sections.js';
import { createInterner, parseJson } from '../tree.js';

/**
 * The dotted names of the sections of which one JSON text has most, and another nearly nothing, as in what a program writes that has
 * found its file gone and begins anew; an empty name is the whole text. None where one of them is no JSON object.
 */
export function lostSections(before: string, after: string, rules: JsonRules): string[] {
  const [old, next] = [valueOf(before), valueOf(after)];
  return old === undefined || next === undefined ? [] : lostIn(old.value, next.value, rules.sections);
}

/**
 * The same for two versions of which neither was made from the other, so that a merge keeps all keys of both: the sections that are
 * merged as one value, and are there, but emptied.
 */
export function emptiedWholes(before: string, after: string, rules: JsonRules): string[] {
  const [old, next] = [valueOf(before), valueOf(after)];
  return old === undefined || next === undefined ? [] : lostWholes(old.value, next.value, rules.sections.filter((section) => rules.atoms.includes(section)));
}

/** In a wrapper, since a JSON text may say `null`; undefined for what is no JSON. */
function valueOf(text: string): { readonly value: unknown } | undefined {
  const body = text.replace(/^\uFEFF/, '');
  try {
    return { value: JSON.parse(body) };
  } catch {
    // With comments, perhaps.
    return parseJson(body, createInterner()) === null ? undefined : { value: parseJsonc(body, [], { allowTrailingComma: true }) };
  }
}
