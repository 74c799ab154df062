import { dirname, join } from 'node:path';
import type { WorktreeConfig } from '../config/config.js';
import { UserError } from '../system/errors.js';
import { makeFolder } from '../system/fs/folders.js';
import { hashOf } from '../system/hash.js';
import { type KernelLock, waitForKernelLock } from '../system/kernel-lock.js';
import type { Registries } from './occupants.js';
import type { OpenedRepository } from './repository.js';

/** The context of a command about worktrees: its folder, settings and output. */
export interface WorktreeContext extends Registries {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly config: WorktreeConfig;
  /** Reports progress to the user. */
  readonly report: (line: string) => void;
}

/** The holder checks out a whole repository, and many processes may wait in line. */
const LOCK_TIMEOUT_MS = 30 * 60 * 1000;

/**
 * Runs `act` under the repository lock: no other process adds or removes worktrees of the repository meanwhile. Throws as `lockRepository`
 * does, and the errors of `act`.
 */
export async function underRepositoryLock<T>(
  { stateDir, report }: WorktreeContext,
  { commonDir }: OpenedRepository,
  act: () => Promise<T>,
): Promise<T> {
  const lock = await lockRepository(stateDir, commonDir, () => report('waiting for another pclaudectl worktree in this repository'));
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
  const file = join(stateDir, 'locks', `worktree.${hashOf(commonDir, 40)}`);
  makeFolder(dirname(file));
  return waitForKernelLock(file, { timeout: LOCK_TIMEOUT_MS, onLong, busy: repositoryBusy });
}

function repositoryBusy(): UserError {
  const what = 'another pclaudectl worktree has been at work in this repository for half an hour';
  return new UserError('lock-busy', what, 'end it, or try again later');
}
