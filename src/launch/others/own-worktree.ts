import { report } from '../../system/report.js';
import { newId } from '../../system/id.js';
import { addWorktree } from '../../worktree/make/add.js';
import type { WorktreeContext } from '../../worktree/world.js';

/** A part of an id is enough for a branch. */
const NAME_LENGTH = 6;

/**
 * Makes a working tree for a session that would start where others work, on a branch of its own that begins at what is checked
 * out there, goes to it, and returns its path. Throws what `addWorktree` throws; the session is then not to start.
 */
export async function enterOwnWorktree(world: WorktreeContext): Promise<string> {
  const { path, branch } = await addWorktree(world, `session/${newId().slice(0, NAME_LENGTH)}`, undefined);
  process.chdir(path);
  report(`other sessions work here, so this one starts in a worktree of its own: ${path} (branch ${branch})`);
  return path;
}
