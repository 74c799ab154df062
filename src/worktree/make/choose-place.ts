import { dirname, resolve } from 'node:path';
import { below } from '../../system/fs/below.js';
import { UserError } from '../../system/errors.js';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import { tryGit } from '../../system/git/run.js';
import { type OpenedRepository, superprojectOf } from '../opened.js';
import { placeNames, placeOf } from '../place.js';

/** Where the worktree of a branch is to stand, real path. Throws `config-invalid` where it would be in somebody's way. */
export async function choosePlace({ root, bare, commonDir }: OpenedRepository, template: string, branch: string): Promise<string> {
  const supers = bare ? [] : await superprojectsOf(root);
  const path = futureRealPath(placeOf(template, placeNames(root, bare, supers), branch));
  for (const tree of bare ? [] : [root, ...supers]) {
    if (below(tree, path) !== undefined && !(await isIgnored(tree, path))) throw inTheWay(path, tree);
  }
  if (below(commonDir, path) !== undefined) throw inTheWay(path, commonDir);
  return path;
}

/** From the nearest to the outermost. */
async function superprojectsOf(root: string): Promise<string[]> {
  const found = await superprojectOf(root);
  return found === null ? [] : [found, ...(await superprojectsOf(found))];
}

/** Also where a folder above it is. */
async function isIgnored(tree: string, path: string): Promise<boolean> {
  for (let each = path; each !== resolve(tree); each = dirname(each)) {
    // A pattern with a slash at its end means a folder, which is not there yet.
    if ((await tryGit(tree, ['check-ignore', '--quiet', '--', `${each}/`])).code === 0) return true;
  }
  return false;
}

function inTheWay(path: string, tree: string): UserError {
  const hint = 'let git ignore it there, or set worktree.path to another place (docs/worktrees.md)';
  return new UserError('config-invalid', `${path} would be an untracked folder in ${tree}`, hint);
}
