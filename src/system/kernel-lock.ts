import { closeSync, fstatSync, openSync, statSync, unlinkSync } from 'node:fs';
import { UserError } from './errors.js';
import { hasCode, unlessMissing } from './fs/fs-error.js';
import { addon } from './platform.js';

/** A lock that is held until `release`, or until the last process that inherited `descriptor` has exited. */
export interface KernelLock {
  readonly descriptor: number;
  release(): void;
}

/** Any number of holders may have a shared lock, as long as there is no exclusive one. */
export type LockMode = 'exclusive' | 'shared';

/**
 * Takes the kernel lock on a file, which is made (0600) if it is missing. Returns undefined when the lock is held in a mode
 * that excludes this one. The kernel frees the lock when the last process with the descriptor exits, in whatever way, so a
 * lock is never stale. The file must not be unlinked while another process may still open it for the lock: that process
 * would lock another inode.
 */
export function tryKernelLock(path: string, mode: LockMode = 'exclusive'): KernelLock | undefined {
  const descriptor = openSync(path, 'a+', 0o600);
  let held = false;
  try {
    held = lockDescriptor(descriptor, mode);
  } finally {
    if (!held) closeSync(descriptor);
  }
  return held ? { descriptor, release: () => closeSync(descriptor) } : undefined;
}

/** How long to wait for a lock. Times are in milliseconds. */
export interface LockWait {
  readonly timeout: number;
  /** Ends the wait; its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Called once, when the wait has become long enough for the user to notice. */
  readonly onLong?: () => void;
  /** The error to throw when the time is up; without it, one that says that a session has been merging. */
  readonly busy?: () => UserError;
}

/** A wait of this length is unusual: locks are held for milliseconds. */
const LONG_MS = 2_000;

/**
 * Waits for the lock, with random pauses that grow. Throws `busy()` (`lock-busy`) when the time is up, and the signal's reason when
 * the wait is cancelled.
 */
export async function waitForKernelLock(path: string, { timeout, signal, onLong, busy = mergingForLong }: LockWait): Promise<KernelLock> {
  const start = performance.now();
  let isLong = false;
  let tries = 0;
  for (;;) {
    signal?.throwIfAborted();
    const lock = tryKernelLock(path);
    if (lock) return lock;
    const waited = performance.now() - start;
    if (waited >= timeout) throw busy();
    if (waited >= LONG_MS && !isLong) {
      isLong = true;
      onLong?.();
    }
    const { setTimeout: delay } = await import('node:timers/promises');
    await delay(pauseAfter(tries++), undefined, signal ? { signal } : {});
  }
}

function mergingForLong(): UserError {
  return new UserError('lock-busy', 'another session has been merging for a long time', 'nothing is lost; try again later');
}

/**
 * How long to wait before the next try, in milliseconds. A lock is usually held for a moment, so the first pauses are short. A
 * process that finds it held again and again is one of many waiters, and fifty of them that look every few milliseconds leave the
 * holder no time on a small machine.
 */
function pauseAfter(tries: number): number {
  return (0.5 + Math.random()) * Math.min(4 * 1.3 ** tries, 150);
}

function lockDescriptor(descriptor: number, mode: LockMode): boolean {
  try {
    // Offset 0 and length 0 are the whole file.
    addon().tryLock(descriptor, 0, 0, mode === 'exclusive');
    return true;
  } catch (error) {
    if (hasCode(error, 'EAGAIN', 'EACCES')) return false;
    throw error;
  }
}

/**
 * Waits for a kernel lock whose file is deleted on release. For locks of which there may be any number. A process that gets a lock on
 * a file which its last holder has deleted in the meantime does not have the lock, and tries again; so the lock must only be taken by
 * this function. After `release`, processes that inherited the lock no longer hold it either. A holder that exits without `release`
 * leaves an empty file. Throws what `waitForKernelLock` throws.
 */
export async function waitForPassingLock(
  path: string,
  wait: LockWait,
  take: typeof waitForKernelLock = waitForKernelLock,
): Promise<KernelLock> {
  for (;;) {
    const lock = await take(path, wait);
    if (isAt(lock, path)) return { descriptor: lock.descriptor, release: () => pass(lock, path) };
    lock.release();
  }
}

/** Deletes the file before it frees the lock: otherwise another process could take the lock in between, and lose its file. */
function pass(lock: KernelLock, path: string): void {
  try {
    // The folder may have been wiped, and another process may have a new file at this path.
    if (isAt(lock, path)) unlinkSync(path);
  } finally {
    lock.release();
  }
}

function isAt({ descriptor }: KernelLock, path: string): boolean {
  const there = unlessMissing(() => statSync(path, { bigint: true, throwIfNoEntry: false }));
  const ours = fstatSync(descriptor, { bigint: true });
  return there !== undefined && there.ino === ours.ino && there.dev === ours.dev;
}
