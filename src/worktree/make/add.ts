import { isUserError } from '../../system/errors.js';
import { hasCode, pathOf, reasonOf } from '../../system/fs/fs-error.js';
import { listEntries } from '../entries.js';
import { exclude } from './exclude.js';
import { provision, type Provisioned } from './provision.js';
import { discardMade } from './half-made.js';
import { makeWorktree } from './make.js';
import type { Made } from './made.js';
import { type OpenedRepository, openRepository } from '../opened.js';
import { goOnWith, notMade } from '../refusals.js';
import { locked } from '../repository-lock.js';
import { setUp } from './set-up.js';
import { settingsFor, type WorktreeSettings } from '../settings.js';
import type { WorktreeContext } from '../world.js';

/** A worktree that is ready to work in. */
export interface Added extends Provisioned {
  readonly path: string;
  readonly branch: string;
  /** The commit that its new branch was created at; null if the branch already existed. */
  readonly newBranchAt: string | null;
  readonly resumed: boolean;
  /** The set-up command that was run; null if none is configured. */
  readonly setup: string | null;
}

/**
 * Creates a worktree for a branch and provisions it. Holds the repository lock while git runs, not while files are copied or the set-up
 * command runs. If the set-up command fails, the worktree stays, and the same call continues with it. If the disk is full, nothing stays of
 * a new worktree. After a crash the same call completes the worktree, and `prune` removes one that git did not complete. Throws
 * `UserError`.
 */
export async function addWorktree(world: WorktreeContext, name: string, from: string | undefined): Promise<Added> {
  const repository = await openRepository(world.cwd);
  const settings = settingsFor(repository, world.config, world.shared);
  const made = await locked(world, repository, async () => makeWorktree(world, repository, { name, from, template: settings.path }));
  const { path, branch, madeAt } = made.unfinished;
  try {
    const furnished = await furnishOrRemove(world, repository, made, settings);
    if (settings.setup !== null) await setUp(world, { path, branch, source: settings.source, command: settings.setup });
    made.making.done();
    return { path, branch, newBranchAt: madeAt, resumed: made.resumed, setup: settings.setup, ...furnished };
  } finally {
    made.making.release();
  }
}

/**
 * Provisions the worktree. If the disk is full, removes a new worktree, because its files would make the same call fail again. Never
 * removes a resumed worktree: it may contain work.
 */
async function furnishOrRemove(
  world: WorktreeContext,
  repository: OpenedRepository,
  made: Made,
  settings: WorktreeSettings,
): Promise<Provisioned> {
  const { unfinished, making, resumed } = made;
  const { path, branch } = unfinished;
  try {
    // Concurrent calls could add the same line to `info/exclude`.
    const ignore = async (name: string): Promise<void> => locked(world, repository, async () => exclude(repository.commonDir, path, name));
    return await provision({ exclude: ignore, path, branch, main: repository.root, settings });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined || isUserError(error)) throw error;
    const message = `cannot write ${pathOf(error) ?? path}: ${reason}`;
    if (resumed || !hasCode(error, 'ENOSPC', 'EDQUOT')) throw notMade(message, goOnWith(branch), { cause: error });
    await locked(world, repository, async () => {
      const entries = await listEntries(repository);
      await discardMade(
        repository,
        unfinished,
        entries.find((each) => each.path === path),
      );
    });
    making.done();
    throw notMade(message, 'the half-made worktree was removed; free some space and try again', { cause: error });
  }
}
