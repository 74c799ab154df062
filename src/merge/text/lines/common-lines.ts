import { findHunks } from './hunks.js';
import { concat } from './sequences.js';

/**
 * Returns the lines that two versions have in common, in order; null when they are not known by `deadline` (milliseconds since the epoch).
 */
export function commonLines(a: readonly string[], b: readonly string[], deadline: number): string[] | null {
  const hunks = findHunks(a, b, deadline);
  if (hunks === null) {
    return null;
  }
  const kept = hunks.map(({ start }, index) => a.slice(hunks[index - 1]?.end ?? 0, start));
  return concat([...kept, a.slice(hunks.at(-1)?.end ?? 0)]);
}
