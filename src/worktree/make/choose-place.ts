import { dirname, resolve } from 'node:path';
import { below } from '../../system/fs/below.js';
import { UserError } from '../../system/errors.js';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import { tryGit } from '../../system/git/run.js';
import { type OpenedRepository, superprojectOf } from '../opened.js';
import { placeNames, worktreePath } from '../place.js';

/**
 * The real path for the worktree of a branch. Throws `config-invalid` if it would be an untracked folder in a working tree, or if it is
 * inside the git dir.
 */
export async function choosePlace({ root, bare, commonDir }: OpenedRepository, template: string, branch: string): Promise<string> {
  const supers = bare ? [] : await superprojectsOf(root);
  const path = futureRealPath(worktreePath(template, placeNames(root, bare, supers), branch));
  for (const tree of bare ? [] : [root, ...supers]) {
    if (below(tree, path) !== undefined && !(await isIgnored(tree, path))) throw inTheWay(path, tree);
  }
  if (below(commonDir, path) !== undefined) throw inTheWay(path, commonDir);
  return path;
}

/** The superprojects of a working tree, the nearest first. */
async function superprojectsOf(root: string): Promise<string[]> {
  const found = await superprojectOf(root);
  return found === null ? [] : [found, ...(await superprojectsOf(found))];
}

/** Whether git ignores the path or a folder above it. */
async function isIgnored(tree: string, path: string): Promise<boolean> {
  for (let each = path; each !== resolve(tree); each = dirname(each)) {
    // The folder does not exist yet. A pattern with a trailing slash matches folders only.
    if ((await tryGit(tree, ['check-ignore', '--quiet', '--', `${each}/`])).code === 0) return true;
  }
  return false;
}

function inTheWay(path: string, tree: string): UserError {
  const hint = 'let git ignore it there, or set worktree.path to another place (docs/worktrees.md)';
  return new UserError('config-invalid', `${path} would be an untracked folder in ${tree}`, hint);
}
