import type { JsonNode } from './nodes.js';
import type { Interner } from './same.js';
import { createInterner, parseJson } from './tree.js';

/**
 * The dotted names of the keys in which two JSON texts differ, without their values; null when one of them is no JSON. An
 * array counts as one value. For files whose content must not be shown.
 */
export function changedKeys(before: string, after: string): string[] | null {
  const intern = createInterner();
  const [old, next] = [parse(before, intern), parse(after, intern)];
  if (old === null || next === null) {
    return null;
  }
  const changed: string[] = [];
  const open: { path: string; old: JsonNode | undefined; next: JsonNode | undefined }[] = [{ path: '', old, next }];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const { path, old: a, next: b } = pair;
    if (a?.same === b?.same) {
      continue;
    }
    if (a?.kind !== 'object' || b?.kind !== 'object') {
      changed.push(path);
      continue;
    }
    for (const key of new Set([...a.byKey.keys(), ...b.byKey.keys()])) {
      open.push({ path: path === '' ? key : `${path}.${key}`, old: a.byKey.get(key)?.value, next: b.byKey.get(key)?.value });
    }
  }
  return changed.toSorted();
}

function parse(text: string, intern: Interner): JsonNode | null {
  const body = text.replace(/^\uFEFF/, '');
  return parseJson(body.trim() === '' ? '{}' : body, intern)?.root ?? null;
}
