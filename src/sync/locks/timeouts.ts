import type { LockWaits } from './locks.js';

/**
 * Times in milliseconds. Somebody else's merge takes milliseconds, and a client's write of its state file too; when it takes
 * this long, ours is left for later. A lock that a client left behind counts as such after 10 s.
 */
export const LOCK_TIMEOUTS: LockWaits = { shared: { timeout: 20_000 }, state: { timeout: 15_000 } };

/** A person waits for a client to start; the next launch tries again. */
export const LAUNCH_TIMEOUTS: LockWaits = { shared: { timeout: 500 }, state: { timeout: 300 } };

/** For what is tried again soon, while a client runs. */
export const RUNNING_TIMEOUTS: LockWaits = { shared: { timeout: 5_000 }, state: { timeout: 300 } };
