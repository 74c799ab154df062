import { dirname, join } from 'node:path';
import { isUserError, UserError } from '../system/errors.js';
import { type KernelLock, waitForKernelLock } from '../system/locks/kernel-lock.js';
import { makeFolder } from '../system/fs/make-folder.js';
import type { OpenedRepository } from './opened.js';
import { hashOf } from './place.js';
import type { WorktreeContext } from './world.js';

/** Whoever has it checks out a whole repository; many may wait in line. */
const PATIENCE_MS = 30 * 60 * 1000;

/** Runs `act` while nobody else makes or removes worktrees of this repository. Throws as `lockRepository`, and what `act` throws. */
export async function locked<T>({ stateDir, tell }: WorktreeContext, { commonDir }: OpenedRepository, act: () => Promise<T>): Promise<T> {
  const lock = await lockRepository(stateDir, commonDir, () => tell('waiting for another pclaudectl worktree in this repository'));
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/**
 * Waits until nobody else makes or removes worktrees of the repository: git's own locks (`config.lock`) do not wait, they
 * fail. Freed by the kernel when we end. Throws `lock-busy` after half an hour.
 */
async function lockRepository(stateDir: string, commonDir: string, onLong: () => void): Promise<KernelLock> {
  // No slug of a path is called so, and no other lock.
  const file = join(stateDir, 'locks', `worktree.${hashOf(commonDir)}`);
  makeFolder(dirname(file));
  try {
    return await waitForKernelLock(file, { timeout: PATIENCE_MS, onLong });
  } catch (error) {
    if (!isUserError(error) || error.code !== 'lock-busy') throw error;
    const what = 'another pclaudectl worktree has been at work in this repository for half an hour';
    throw new UserError('lock-busy', what, 'end it, or try again later');
  }
}
