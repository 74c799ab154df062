import { join } from 'node:path';
import type { DriverRow } from '../merge/drivers.js';

/**
 * A version of one file that is to be merged into that file: nearly always a session's version of a shared file. A pull, a translation of
 * paths and the repair of a mishap go the other way: there `target` is the file in the home.
 */
export interface Change {
  /** Its path in the shared dir, as reports show it (`memory/…` for memory). It decides how the file is merged. */
  readonly place: string;
  /** Where the shared file is, or will be. */
  readonly target: string;
  /** Null: the session made it. */
  readonly base: Uint8Array | null;
  /** Null: the session removed it. */
  readonly ours: Uint8Array | null;
  /** Permission bits of a new file; by default only the user may read it. */
  readonly mode?: number;
  /** The version of others that the write of `ours` overwrote in the file. It is merged as if it had been written later. */
  readonly overwritten?: Uint8Array;
  /** The change is intended: it is merged even if it looks like a mishap. */
  readonly isMeant?: true;
}

/** How one file is merged, and where the losing version of a conflict is kept. Not the policy of a row of the layout. */
export interface MergePolicy {
  readonly drivers: readonly DriverRow[];
  readonly conflict: ConflictPolicy;
}

/** All but `copy` also say that the file may hold secrets, and `none` that it is in a home. */
export type ConflictPolicy =
  | { readonly keep: 'copy'; readonly branch: string; readonly id: string }
  /** For files with secrets: the session's version stays in the session. */
  | { readonly keep: 'session' }
  /** For an external writer's version of such a file, which no session has: it is quarantined beside the file. */
  | { readonly keep: 'quarantine' }
  /** For a file in a home, such as one into which a shared version comes: both versions stay where they are. */
  | { readonly keep: 'none' };

export type FileOutcome =
  | { readonly outcome: 'unchanged' }
  /**
   * `decided`: dotted names of JSON values that both had changed, so that only one could be taken; never values.
   * `quarantined`: the path to which a version was moved: a shared file that did not parse, or an external writer's version (policy
   * `quarantine`).
   */
  | { readonly outcome: 'merged'; readonly decided: readonly string[]; readonly quarantined?: string }
  | { readonly outcome: 'deleted' }
  /** `copy`: the path of the conflict copy; null when the policy makes no copy. */
  | { readonly outcome: 'conflict'; readonly copy: string | null };

/** One file of a session that a sync may have to merge. */
export interface MergeCandidate {
  readonly change: Change;
  readonly policy: MergePolicy;
  /** Where its base is, which the session's version will replace; null or absent when there is no base to move. */
  readonly base?: BasePlace | null;
  /** The memory folder whose index mentions a conflict copy; null or absent outside memory. */
  readonly memoryFolder?: string | null;
}

export interface BasePlace {
  readonly path: string;
  /** The folder of bases. No link in it is followed. */
  readonly root: string;
}

/** The result of one file, by its path in the shared dir (`memory/…` for memory). */
export type FileResult = readonly [place: string, outcome: FileOutcome];

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
  return home.flatMap(([, file]) => (file.outcome === 'merged' && file.quarantined !== undefined ? [file.quarantined] : []));
}

/** The place of a memory file, by its path in the memory folder, wherever that folder is. */
export function memoryPlace(inFolder: string): string {
  return join('memory', inFolder);
}

export function isMemoryPlace(place: string): boolean {
  return place.startsWith('memory/');
}
