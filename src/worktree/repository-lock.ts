import { dirname, join } from 'node:path';
import { isUserError, UserError } from '../system/errors.js';
import { type KernelLock, waitForKernelLock } from '../system/locks/kernel-lock.js';
import { makeFolder } from '../system/fs/make-folder.js';
import type { OpenedRepository } from './opened.js';
import { hashOf } from './place.js';
import type { WorktreeContext } from './world.js';

/** The holder checks out a whole repository, and many processes may wait in line. */
const PATIENCE_MS = 30 * 60 * 1000;

/**
 * Runs `act` under the repository lock: no other process adds or removes worktrees of the repository meanwhile. Throws as `lockRepository`
 * does, and the errors of `act`.
 */
export async function locked<T>({ stateDir, tell }: WorktreeContext, { commonDir }: OpenedRepository, act: () => Promise<T>): Promise<T> {
  const lock = await lockRepository(stateDir, commonDir, () => tell('waiting for another pclaudectl worktree in this repository'));
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/**
 * Waits for the repository lock. Git's own locks (`config.lock`) do not wait, they fail. The kernel releases the lock when this process
 * exits. Throws `lock-busy` after 30 minutes.
 */
async function lockRepository(stateDir: string, commonDir: string, onLong: () => void): Promise<KernelLock> {
  // No slug of a path and no other lock has such a name.
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
