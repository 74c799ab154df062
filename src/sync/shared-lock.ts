import { dirname } from 'node:path';
import { makeFolder } from '../platform/make-folder.js';
import { waitForKernelLock } from '../platform/kernel-lock.js';
import { sharedLockFile } from '../session/paths.js';
import type { Files } from './files.js';

/** Somebody else's merge takes milliseconds; when it takes this long, ours is left to the next launch. */
export const PATIENCE_MS = 20_000;

/**
 * Runs `act` while no other process of ours writes to a shared dir. Waits at most `patience` milliseconds, and throws
 * `lock-busy` then. The kernel frees the lock when the process ends in any way.
 */
export async function withSharedLock<T>(files: Files, stateDir: string, sharedDir: string, patience: number, act: () => T | Promise<T>): Promise<T> {
  const file = sharedLockFile(stateDir, files.realPath(sharedDir));
  // The state dir may have been wiped since the launch.
  makeFolder(dirname(file));
  const lock = await waitForKernelLock(file, patience);
  try {
    return await act();
  } finally {
    lock.release();
  }
}
