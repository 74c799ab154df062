import { fstatSync, statSync, unlinkSync } from 'node:fs';
import { type KernelLock, type LockWait, waitForKernelLock } from './kernel-lock.js';
import { unlessMissing } from '../fs/unless-missing.js';

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
