import type { JsonNode } from './text/nodes.js';
import { createInterner, parseJson } from './tree.js';

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
  const skipped = text.startsWith('\uFEFF') ? 1 : 0;
  const root = parseJson(text.slice(skipped), createInterner())?.root;
  if (root === undefined) return 'broken';
  const found = below(root, dotted);
  if (found === undefined) return 'absent';
  const [start, end] = [found.start + skipped, found.end + skipped];
  return { text: text.slice(start, end), start, end };
}

function below(node: JsonNode, dotted: string): JsonNode | undefined {
  if (node.kind !== 'object') return undefined;
  for (const [key, { value }] of node.byKey) {
    if (key === dotted) return value;
    const found = dotted.startsWith(`${key}.`) ? below(value, dotted.slice(key.length + 1)) : undefined;
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
