import { isDeepStrictEqual } from 'node:util';
import { withoutBom } from '../../system/content.js';
import { isRecord } from '../../system/json.js';
import type { JsonNode } from './document.js';
import { createInterner, parseJson, parseJsonFile } from './parse-json.js';

/**
 * Returns the dotted names of the keys in which two JSON texts differ, without their values; null when one of them is not JSON. An array
 * counts as one value. Numbers are equal if JavaScript considers them equal, unless nothing else changed. For files whose content must not
 * be shown.
 */
export function changedKeys(before: string, after: string): string[] | null {
  return quickKeys(before, after) ?? carefulKeys(before, after);
}

/** Does the same much faster. Returns null when it cannot decide, as for a text with comments. */
function quickKeys(before: string, after: string): string[] | null {
  try {
    const changed: string[] = [];
    const open: { path: string; old: unknown; next: unknown }[] = [{ path: '', old: JSON.parse(before), next: JSON.parse(after) }];
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      const { path, old, next } = pair;
      if (isRecord(old) && isRecord(next)) {
        for (const key of new Set([...Object.keys(old), ...Object.keys(next)]))
          open.push({ path: below(path, key), old: own(old, key), next: own(next, key) });
      } else if (!isDeepStrictEqual(old, next)) {
        changed.push(path);
      }
    }
    return changed.length === 0 ? null : changed.toSorted();
  } catch {
    // Not plain JSON, or nested too deeply for the stack.
    return null;
  }
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function carefulKeys(before: string, after: string): string[] | null {
  const intern = createInterner();
  const [old, next] = [parseJsonFile(before, intern)?.root, parseJsonFile(after, intern)?.root];
  if (old === undefined || next === undefined) {
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
      open.push({ path: below(path, key), old: a.byKey.get(key)?.value, next: b.byKey.get(key)?.value });
    }
  }
  return changed.toSorted();
}

/** A value of a JSON text as it is written there, at the offsets `start` to `end` (exclusive). */
export interface ValueAt {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the value of a dotted key, as `mergeJson` names it in `decided`. Keys may contain dots themselves; if several match, the first in
 * the text counts. Returns 'absent' when the text has no such key, and 'broken' when it is not JSON.
 */
export function valueAt(text: string, dotted: string): ValueAt | 'absent' | 'broken' {
  const body = withoutBom(text);
  const root = parseJson(body)?.root;
  if (root === undefined) return 'broken';
  const found = nodeAt(root, dotted);
  if (found === undefined) return 'absent';
  const skipped = text.length - body.length;
  return { text: body.slice(found.start, found.end), start: found.start + skipped, end: found.end + skipped };
}

function nodeAt(node: JsonNode, dotted: string): JsonNode | undefined {
  if (node.kind !== 'object') return undefined;
  for (const [key, { value }] of node.byKey) {
    if (key === dotted) return value;
    const found = dotted.startsWith(`${key}.`) ? nodeAt(value, dotted.slice(key.length + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether two JSON texts have the same value. */
export function sameValue(one: string, other: string): boolean {
  const intern = createInterner();
  const [a, b] = [parseJson(one, intern), parseJson(other, intern)];
  return a !== null && b !== null && a.root.same === b.root.same;
}
