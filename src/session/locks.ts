import { existsSync } from 'node:fs';
import { type KernelLock, type LockMode, tryKernelLock } from '../system/locks/kernel-lock.js';
import { unlessMissing } from '../system/fs/unless-missing.js';
import type { SessionPaths } from './paths.js';

/** Takes a lock of a session. Undefined when the lock file is missing, because there is no such session; the file is not created then. */
export function lockIfThere(path: string, mode: LockMode = 'exclusive'): KernelLock | 'held' | undefined {
  return unlessMissing(() => (existsSync(path) ? (tryKernelLock(path, mode) ?? 'held') : undefined));
}

/**
 * Takes the locks of a session whose launcher and client have exited, as one lock. While it is held, no other process merges, closes
 * or removes the session. Returns `held` when the launcher or the client runs, or when another process does one of these; undefined
 * when there is no such session.
 */
export function lockEnded({ alive, launcher }: SessionPaths): KernelLock | 'held' | undefined {
  const lock = lockIfThere(alive);
  if (lock === undefined || lock === 'held') return lock;
  const own = lockIfThere(launcher);
  if (own !== 'held') return { descriptor: lock.descriptor, release: () => [own, lock].forEach((each) => each?.release()) };
  lock.release();
  return 'held';
}

/**
 * Whether a lock is held. `by`: the mode in which its long-term holders hold it. For an exclusive lock, other processes that ask at the
 * same moment are not mistaken for its holder.
 */
export function isHeld(path: string, by: LockMode = 'exclusive'): boolean {
  const lock = lockIfThere(path, by === 'exclusive' ? 'shared' : 'exclusive');
  if (lock === 'held') return true;
  lock?.release();
  return false;
}
