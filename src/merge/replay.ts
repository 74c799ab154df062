import { type Driver, merge, mergeOneSided } from './merge.js';

/** What somebody has made of a file: null where there is none. */
export interface Written {
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/**
 * Makes changes in a version, one after the other, that may have been made in others; those that it has already change nothing. Where
 * one contradicts the version, that stands.
 */
export function replay(version: Uint8Array | null, changes: readonly Written[], driver: Driver): Uint8Array | null {
  let current = version;
  for (const { before: base, after: ours } of changes) {
    const versions = { base, ours, theirs: current };
    const result = mergeOneSided(versions) ?? merge(versions, driver);
    if (result.outcome === 'delete') current = null;
    else if (result.outcome !== 'unchanged' && result.content !== null) current = result.content;
  }
  return current;
}
