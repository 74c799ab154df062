import type { Making, Unfinished } from '../unfinished.js';

/** A worktree that git has checked out, and that nobody else furnishes. */
export interface Made {
  readonly making: Making;
  readonly unfinished: Unfinished;
  /** Had somebody begun with it, and not come to an end? */
  readonly resumed: boolean;
}
