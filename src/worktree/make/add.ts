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

/** A worktree that is ready to be worked in. */
export interface Added extends Provisioned {
  readonly path: string;
  readonly branch: string;
  /** The commit at which its branch was made; null when that was there before. */
  readonly newBranchAt: string | null;
  readonly resumed: boolean;
  /** The set-up command that has run; null when there is none. */
  readonly setup: string | null;
}

/**
 * Makes a worktree of a branch and brings it to life. Only the part of git's is done under the lock of the repository. A set-up
 * that fails leaves the worktree, and the same call goes on with it; a disk that is full leaves nothing; after a crash the
 * same call, or `prune`, mends what is left. Throws `UserError`.
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

/** A disk that is full would keep the same call from going on; one that somebody may have worked in is never removed. */
async function furnishOrRemove(world: WorktreeContext, repository: OpenedRepository, made: Made, settings: WorktreeSettings): Promise<Provisioned> {
  const { unfinished, making, resumed } = made;
  const { path, branch } = unfinished;
  try {
    // Several that append to one file at once would append the same.
    const ignore = async (name: string): Promise<void> => locked(world, repository, async () => exclude(repository.commonDir, path, name));
    return await provision({ exclude: ignore, path, branch, main: repository.root, settings });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined || isUserError(error)) throw error;
    const message = `cannot write ${pathOf(error) ?? path}: ${reason}`;
    if (resumed || !hasCode(error, 'ENOSPC', 'EDQUOT')) throw notMade(message, goOnWith(branch), { cause: error });
    await locked(world, repository, async () => {
      const entries = await listEntries(repository);
      await discardMade(repository, unfinished, entries.find((each) => each.path === path));
    });
    making.done();
    throw notMade(message, 'the half-made worktree was removed; free some space and try again', { cause: error });
  }
}
