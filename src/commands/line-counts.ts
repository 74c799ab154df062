import { diffLines } from 'diff';
import { decodeText } from '../system/bytes.js';

/** In milliseconds. Listings must not wait for the comparison of texts that have little in common. */
const COUNT_BUDGET_MS = 50;

export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

/** How many lines a change added and removed; null if a version is not text, or if the comparison takes too long. */
export function lineCounts(before: Uint8Array | null, after: Uint8Array | null): LineCounts | null {
  const [old, next] = [before, after].map((content) => (content === null ? '' : decodeText(content)));
  if (typeof old !== 'string' || typeof next !== 'string') return null;
  const parts = diffLines(old, next, { timeout: COUNT_BUDGET_MS });
  if (!parts) return null;
  const sum = (of: 'added' | 'removed'): number => parts.reduce((total, part) => (part[of] ? total + part.count : total), 0);
  return { added: sum('added'), removed: sum('removed') };
}
