import type { LockWait } from '../../system/kernel-lock.js';
import type { StateWait } from './state-lock.js';

/** How long to wait for each lock under which a session merges. */
export interface LockWaits {
  readonly shared: LockWait;
  /** For the client's own lock on a state file. */
  readonly state: StateWait;
}

/**
 * Times in milliseconds. A merge of another session takes milliseconds, and so does a client's write of its state file. When one takes
 * this long, this merge is left for later. A client's lock counts as stale after 10 s.
 */
export const LOCK_TIMEOUTS: LockWaits = { shared: { timeout: 20_000 }, state: { timeout: 15_000 } };

/** For a launch, where the user waits for the client to start; the next launch tries again. */
export const LAUNCH_TIMEOUTS: LockWaits = { shared: { timeout: 500 }, state: { timeout: 300 } };

/** For syncs of a session whose client runs: they are tried again soon. */
export const RUNNING_TIMEOUTS: LockWaits = { shared: { timeout: 5_000 }, state: { timeout: 300 } };
