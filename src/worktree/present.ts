import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { branchNamed } from './make/branch.js';
import { listEntries } from './entries.js';
import { tryGit } from '../system/git/run.js';
import { openRepository } from './opened.js';
import { unfinishedAt } from './unfinished.js';
import type { WorktreeContext } from './world.js';

/**
 * The path of the working tree, main or linked, that has a branch checked out; null if there is none, or if its `add` has not completed.
 * Throws `UserError`.
 */
export async function worktreeOf({ cwd, stateDir }: WorktreeContext, name: string): Promise<string | null> {
  const repository = await openRepository(cwd);
  const branch = await branchNamed(cwd, name);
  const holder = (await listEntries(repository)).find((entry) => entry.branch === branch && !entry.gone && entry.kind !== 'bare');
  return holder === undefined || unfinishedAt(stateDir, holder.path) !== undefined ? null : holder.path;
}

/** Whether a working tree has submodules that are not checked out: `git worktree add` leaves them out. */
export async function lacksSubmodules(path: string): Promise<boolean> {
  if (!existsSync(join(path, '.gitmodules'))) return false;
  const { stdout } = await tryGit(path, ['submodule', 'status']);
  return stdout.split('\n').some((line) => line.startsWith('-'));
}
