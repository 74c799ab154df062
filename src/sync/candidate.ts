import type { Change, MergePolicy } from './change.js';

/** One file of a session that a sync may have to merge. */
export interface MergeCandidate {
  readonly change: Change;
  readonly policy: MergePolicy;
  /** Where its base is, which the session's version will replace; null when there is no base to move. */
  readonly base: BasePlace | null;
  /** The memory folder whose index mentions a conflict copy; null outside memory. */
  readonly memoryFolder: string | null;
}

export interface BasePlace {
  readonly path: string;
  /** The folder of bases. No link in it is followed. */
  readonly root: string;
}
