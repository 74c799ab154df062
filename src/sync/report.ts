import type { FileOutcome } from './change.js';

/** The result of one file, by its path in the shared dir (`memory/…` for memory). */
export type FileResult = readonly [path: string, pushed: FileOutcome];

/** What one sync of a session did. */
export interface SyncReport {
  readonly memory: FileResult[];
  readonly home: FileResult[];
  /** Names at the top of the shared dir that cannot be written; what the session changed there stays in its home. */
  readonly readOnly?: readonly string[];
  /** A line for each thing that stays in the session because it cannot be merged: it is too large, for example. */
  readonly left?: readonly string[];
  /** The base of the home is gone, so that only memory could be merged. */
  readonly damaged?: true;
}

export const NOTHING_MERGED: SyncReport = { memory: [], home: [] };

/** The paths at which versions of shared files were quarantined. */
export function quarantinedIn({ home }: SyncReport): string[] {
  return home.flatMap(([, pushed]) => (pushed.outcome === 'merged' && pushed.setAside !== undefined ? [pushed.setAside] : []));
}
