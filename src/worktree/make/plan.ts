import { branchNamed, type Start, startOf } from './branch.js';
import { choosePlace } from './choose-place.js';
import { wantedFrom } from './provision.js';
import { openRepository } from '../opened.js';
import { settingsFor } from '../settings.js';
import type { WorktreeContext } from '../world.js';

/** What `addWorktree` would do. */
export interface WorktreePlan {
  readonly path: string;
  readonly start: Start;
  readonly copy: readonly string[];
  readonly link: readonly string[];
  readonly setup: string | null;
}

/**
 * Describes the worktree that `addWorktree` would create, and changes nothing. Does not check whether the branch is checked out elsewhere.
 * Throws as `addWorktree` does.
 */
export async function planWorktree(world: WorktreeContext, name: string, from: string | undefined): Promise<WorktreePlan> {
  const repository = await openRepository(world.cwd);
  const settings = settingsFor(repository, world.config, world.shared);
  const branch = await branchNamed(world.cwd, name);
  const start = await startOf(world.cwd, branch, name, from);
  const path = await choosePlace(repository, settings.path, branch);
  return { path, start, ...(await wantedFrom(settings)), setup: settings.setup };
}
