import type { Change, MergePolicy } from './change.js';

/** One file of a session that is to be merged. */
export interface MergeCandidate {
  readonly change: Change;
  readonly policy: MergePolicy;
  /** What is its base, and will be the session's version; null where nothing is merged from it again. */
  readonly base: BasePlace | null;
  /** The memory folder whose index tells of a conflict copy; null outside memory. */
  readonly memoryFolder: string | null;
}

export interface BasePlace {
  readonly path: string;
  /** The folder of bases: nothing in it is a link that we follow. */
  readonly root: string;
}
