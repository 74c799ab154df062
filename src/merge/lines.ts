import { decodeText } from '../system/bytes.js';

/**
 * Returns the one of several versions of which `version` lacks the fewest lines, the first of equals; the first of all when it is not text.
 */
export function leastRemoved([first, ...others]: readonly [Uint8Array, ...(Uint8Array | null)[]], version: Uint8Array): Uint8Array {
  const kept = new Set(linesOf(version));
  const removed = (content: Uint8Array): number => (linesOf(content) ?? []).filter((line) => !kept.has(line)).length;
  if (linesOf(first) === null || kept.size === 0) return first;
  let [best, fewest] = [first, removed(first)];
  for (const other of others) {
    if (other === null || other.length === 0 || linesOf(other) === null || removed(other) >= fewest) continue;
    [best, fewest] = [other, removed(other)];
  }
  return best;
}

function linesOf(content: Uint8Array): string[] | null {
  return decodeText(content)?.split(/(?<=\n)/) ?? null;
}
