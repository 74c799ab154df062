import { newId } from '../../system/id.js';
import { report } from '../../system/report.js';
import type { WorktreeContext } from '../../worktree/context.js';
import { addWorktree } from '../../worktree/make/add.js';

/** A part of an id is enough to name a branch. */
const NAME_LENGTH = 6;

/**
 * Adds a worktree for a session that would otherwise start where others work, on a branch of its own from the current HEAD. Changes to the
 * worktree and returns its path. Throws the errors of `addWorktree`; the session must not start then.
 */
export async function enterOwnWorktree(world: WorktreeContext): Promise<string> {
  const { path, branch } = await addWorktree(world, `session/${newId().slice(0, NAME_LENGTH)}`, undefined);
  process.chdir(path);
  report(`other sessions work here, so this one starts in a worktree of its own: ${path} (branch ${branch})`);
  return path;
}
