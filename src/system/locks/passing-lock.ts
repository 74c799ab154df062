import { fstatSync, statSync, unlinkSync } from 'node:fs';
import { type KernelLock, type LockWait, waitForKernelLock } from './kernel-lock.js';
import { unlessMissing } from '../fs/unless-missing.js';

/**
 * Waits for a kernel lock whose file goes with it: for locks of which there may be any number. Whoever gets a lock on a file that
 * its last holder has removed meanwhile has none, and tries again; so nobody may take it in another way. After `release` those who
 * have inherited it hold nothing either. Where a holder just ends, an empty file is left. Throws what `waitForKernelLock` throws.
 */
export async function waitForPassingLock(path: string, wait: LockWait, take: typeof waitForKernelLock = waitForKernelLock): Promise<KernelLock> {
  for (;;) {
    const lock = await take(path, wait);
    if (isAt(lock, path)) return { descriptor: lock.descriptor, release: () => pass(lock, path) };
    lock.release();
  }
}

/** The file goes first: whoever came between would find the lock free, and its file gone. */
function pass(lock: KernelLock, path: string): void {
  try {
    // Somebody may have wiped the folder, and others may have a new file there.
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
