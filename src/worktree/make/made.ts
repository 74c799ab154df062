import type { Making, Unfinished } from '../unfinished.js';

/** A worktree that git has checked out, and whose mark this process holds. */
export interface Made {
  readonly making: Making;
  readonly unfinished: Unfinished;
  /** Whether an earlier call began this worktree and did not complete it. */
  readonly resumed: boolean;
}
