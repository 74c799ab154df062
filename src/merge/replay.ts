import { decodeText, sameBytes } from './bytes.js';
import { type Driver, merge, mergeOneSided, type MergeResult } from './merge.js';

/** What somebody has made of a file: null where there is none. */
export interface Written {
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  /** It was made before others that stand before it. */
  readonly isLate?: boolean;
}

/**
 * Makes changes in a version, in their order, that were made in others while somebody read that version. Who has read one has read
 * those before it, or what later ones have made of them; so only those after the last one that the version has are made. One that
 * it has already changes nothing, and where one contradicts the version, that stands.
 */
export function replay(version: Uint8Array | null, changes: readonly Written[], driver: Driver): Uint8Array | null {
  const last = changes.findLastIndex((change) => change.isLate !== true && has(version, change, driver));
  let current = version;
  for (const change of changes.slice(last + 1)) {
    const result = made(current, change, driver);
    if (result.outcome === 'delete') current = null;
    else if (result.outcome !== 'unchanged' && result.content !== null) current = result.content;
  }
  return current;
}

/** What was only removed a version may lack for another reason: nobody had written it yet. */
function has(version: Uint8Array | null, change: Written, driver: Driver): boolean {
  if (sameBytes(version, change.after)) return true;
  const [before, after, present] = [change.before, change.after, version].map(linesOf);
  const added = [...(after ?? [])].filter((line) => before?.has(line) === false);
  return added.length > 0 && added.every((line) => present?.has(line) === true) && made(version, change, driver).outcome === 'unchanged';
}

function linesOf(content: Uint8Array | null): Set<string> {
  return new Set((content === null ? '' : (decodeText(content) ?? '')).split(/\r?\n/));
}

function made(version: Uint8Array | null, { before, after }: Written, driver: Driver): MergeResult {
  const versions = { base: before, ours: after, theirs: version };
  return mergeOneSided(versions) ?? merge(versions, driver);
}
