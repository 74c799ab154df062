import { dirname } from 'node:path';
import { makeFolder } from '../../system/fs/make-folder.js';
import { type LockWait, waitForKernelLock } from '../../system/locks/kernel-lock.js';
import { sharedLockFile, stateTurnFile } from '../../session/paths.js';
import type { Files } from '../../system/files/files.js';

/**
 * Runs `act` while no other pclaude process merges into a shared dir. Throws what `waitForKernelLock` throws. The kernel frees the lock
 * when the process exits, however it exits.
 */
export async function withSharedLock<T>(
  files: Files,
  stateDir: string,
  sharedDir: string,
  wait: LockWait,
  act: () => T | Promise<T>,
): Promise<T> {
  const file = sharedLockFile(stateDir, files.realPath(sharedDir));
  // The state dir may have been wiped since the launch.
  makeFolder(dirname(file));
  const lock = await waitForKernelLock(file, wait);
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/** Returns the path of `stateTurnFile`, whose kernel lock is the queue for the client's lock on a state file. Makes its folder. */
export function stateQueueFile(files: Files, stateDir: string, sharedDir: string): string {
  const file = stateTurnFile(stateDir, files.realPath(sharedDir));
  makeFolder(dirname(file));
  return file;
}
