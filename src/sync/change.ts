import type { DriverRow } from '../merge/driver-rows.js';

/** A session's version of one shared file. */
export interface Change {
  /** Its path in the shared dir, as people know it: it decides how the file is merged. */
  readonly place: string;
  /** Where the shared file is, or will be. */
  readonly target: string;
  /** Null: the session made it. */
  readonly base: Uint8Array | null;
  /** Null: the session removed it. */
  readonly ours: Uint8Array | null;
  /** Permission bits of a file that is made by this; without them nobody else may read it. */
  readonly mode?: number;
  /** What others had put there before `ours` was written over it, in its place: that is merged as if it had come later. */
  readonly over?: Uint8Array;
  /** A person has said so: what looks like a mishap is none. */
  readonly isMeant?: true;
}

/** How one file is merged, and whose version a conflict copy holds. */
export interface MergePolicy {
  readonly drivers: readonly DriverRow[];
  readonly conflict: ConflictPolicy;
}

export type ConflictPolicy =
  | { readonly keep: 'copy'; readonly branch: string; readonly id: string }
  /** For files with secrets: the session's version stays where it is, in the session. */
  | { readonly keep: 'session' }
  /** For a stranger's version of such a file, for which there is no other place: under a name beside it. */
  | { readonly keep: 'aside' }
  /** Where a shared version comes into a home: both stay where they are. */
  | { readonly keep: 'none' };

export type FileOutcome =
  | { readonly outcome: 'unchanged' }
  /**
   * `decided`: dotted names of JSON values that both had changed, so that only one could be taken; never values.
   * `setAside`: where the shared file was put, which did not parse.
   */
  | { readonly outcome: 'merged'; readonly decided: readonly string[]; readonly setAside?: string }
  | { readonly outcome: 'deleted' }
  /** `copy`: the path of the conflict copy; null when the policy keeps it in the session. */
  | { readonly outcome: 'conflict'; readonly copy: string | null };
