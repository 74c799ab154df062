import type { Pushed } from './change.js';

/** One result a file, by its path in the memory folder or in the home. */
export type FileResult = readonly [path: string, pushed: Pushed];

/** What one sync of a session did. */
export interface SyncReport {
  readonly memory: FileResult[];
  readonly home: FileResult[];
  /** Shared files that did not parse and were renamed; the new names. */
  readonly setAside: string[];
}

export const NOTHING_MERGED: SyncReport = { memory: [], home: [], setAside: [] };
