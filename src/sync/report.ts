import type { FileOutcome } from './change.js';

/** One result a file, by its path in the memory folder or in the home. */
export type FileResult = readonly [path: string, pushed: FileOutcome];

/** What one sync of a session did. */
export interface SyncReport {
  readonly memory: FileResult[];
  readonly home: FileResult[];
  /** Names at the top of the shared dir that cannot be written; what the session changed there stays in its home. */
  readonly readOnly?: readonly string[];
  /** A line for each thing that cannot be merged, being too large, say, and stays in the session. */
  readonly left?: readonly string[];
  /** What the session started from is gone, so that nothing but its memory could be merged. */
  readonly damaged?: true;
}

export const NOTHING_MERGED: SyncReport = { memory: [], home: [] };

/** Where shared files were put that did not parse. */
export function quarantinedIn({ home }: SyncReport): string[] {
  return home.flatMap(([, pushed]) => (pushed.outcome === 'merged' && pushed.setAside !== undefined ? [pushed.setAside] : []));
}
