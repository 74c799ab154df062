import { isRecord } from '../../system/json.js';

/** A text with fewer keys than this says too little when its sections are unknown. */
const ENOUGH = 4;

/** A section with fewer entries than this may well be emptied by the user. */
const FEW = 2;

/**
 * Returns the dotted names of the sections of `before` of which most is gone in `after`, sorted; an empty name means the whole. `sections`
 * are paths as in `JsonRules`. A section is lost when more than half of its entries are gone and it has become smaller; a section of one
 * entry is lost when the section itself is gone. An emptied value (`""`, `null`, `{}`, `[]`) counts as gone. Without known sections only
 * the keys at the top count, if there are at least four.
 */
export function lostIn(before: unknown, after: unknown, sections: readonly string[]): string[] {
  if (!isRecord(before) || !isRecord(after)) return [];
  const keys = Object.keys(before);
  const isReset = keys.length >= ENOUGH && 2 * keys.filter((key) => Object.hasOwn(after, key)).length < keys.length;
  const whole = isReset || (sections.length > 0 && isThinned(keysOf(before), keysOf(after)));
  const lost = sections
    .flatMap((section) => matching(before, section.split('.')))
    .filter((path) => isLost(at(before, path), at(after, path)));
  return [...(whole ? [''] : []), ...lost.map((path) => path.join('.')).toSorted()];
}

/** Returns the sections that are present in both, but emptied in `after`. */
export function lostWholes(before: unknown, after: unknown, sections: readonly string[]): string[] {
  return sections.filter((section) => {
    const path = section.split('.');
    const [old, next] = [at(before, path), at(after, path)];
    return next !== undefined && next !== null && isLost(old, next);
  });
}

function isLost(before: unknown, after: unknown): boolean {
  const old = entriesOf(before);
  return after === undefined || after === null ? old.size > 0 : isThinned(old, entriesOf(after));
}

function isThinned(before: ReadonlySet<string>, after: ReadonlySet<string>): boolean {
  const kept = [...before].filter((entry) => after.has(entry)).length;
  return before.size >= FEW && 2 * kept < before.size && after.size < before.size;
}

/**
 * Returns the entries of a section: the items of a list, the keys of an object, and the items of lists directly below those keys, as in
 * hooks.
 */
function entriesOf(section: unknown): ReadonlySet<string> {
  if (isEmpty(section)) return new Set();
  if (Array.isArray(section)) return new Set(section.map((item) => JSON.stringify(item)));
  if (!isRecord(section)) return new Set(['']);
  return new Set(
    Object.entries(section).flatMap(([key, value]) =>
      Array.isArray(value) ? value.map((item) => `${key}\0${JSON.stringify(item)}`) : isEmpty(value) ? [] : [key],
    ),
  );
}

function keysOf(whole: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  return new Set(Object.keys(whole).filter((key) => !isEmpty(whole[key])));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Returns the paths that match a pattern; `*` is any key. */
function matching(value: unknown, [first, ...rest]: readonly string[]): string[][] {
  if (first === undefined) return [[]];
  if (!isRecord(value)) return [];
  const keys = first === '*' ? Object.keys(value) : [first];
  return keys.filter((key) => Object.hasOwn(value, key)).flatMap((key) => matching(value[key], rest).map((path) => [key, ...path]));
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inside: unknown, key) => (isRecord(inside) && Object.hasOwn(inside, key) ? inside[key] : undefined), value);
}
