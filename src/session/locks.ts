import { existsSync } from 'node:fs';
import { type KernelLock, type LockMode, tryKernelLock } from '../system/locks/kernel-lock.js';
import { unlessMissing } from '../system/fs/unless-missing.js';
import type { SessionPaths } from './paths.js';

/** Takes a lock of a session. Undefined when there is no such file, as there is no such session: none is made for nothing. */
export function lockIfThere(path: string, mode: LockMode = 'exclusive'): KernelLock | 'held' | undefined {
  return unlessMissing(() => (existsSync(path) ? (tryKernelLock(path, mode) ?? 'held') : undefined));
}

/**
 * Takes the locks of a session of which neither launcher nor client lives, as one: then nobody else merges, closes or removes
 * it. `held` when one of the two lives, or somebody does one of these; undefined when there is no such session.
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
 * Is a lock held by somebody? `by`: in the way in which those hold it who hold it for long. Of one that only one can hold, others
 * who ask at the same moment are not taken for its holder.
 */
export function isHeld(path: string, by: LockMode = 'exclusive'): boolean {
  const lock = lockIfThere(path, by === 'exclusive' ? 'shared' : 'exclusive');
  if (lock === 'held') return true;
  lock?.release();
  return false;
}
