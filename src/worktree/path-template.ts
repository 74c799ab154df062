import { homedir } from 'node:os';
import { basename, dirname, join, normalize, relative, resolve, sep } from 'node:path';
import { UserError } from '../system/errors.js';
import { below, futureRealPath } from '../system/fs/paths.js';
import { tryGit } from '../system/git/run.js';
import { hashOf } from '../system/hash.js';
import { type OpenedRepository, superprojectOf } from './repository.js';

/**
 * The real path for the worktree of a branch. Throws `config-invalid` if it would be an untracked folder in a working tree, or if it is
 * inside the git dir.
 */
export async function choosePath({ root, bare, commonDir }: OpenedRepository, template: string, branch: string): Promise<string> {
  const supers = bare ? [] : await superprojectsOf(root);
  const path = futureRealPath(worktreePath(template, templateValues(root, bare, supers), branch));
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

/** Beside the repository, so that tools that search the repository do not find each file twice. */
export const DEFAULT_PATH = '{repo}/../{name}.worktrees/{branch}';

/** The values for the placeholders of a path template. */
interface TemplateValues {
  readonly repo: string;
  readonly name: string;
}

/** In bytes; file systems allow at most 255. */
const LONGEST = 200;

/**
 * A branch name as one file name, by the client's rule for its own worktrees: `feat/x` becomes `feat+x`. No two branches share a name: `+`
 * and `%` are escaped as `%2B` and `%25`, and a name that is too long ends in its hash.
 */
export function fileSafe(branch: string): string {
  const name = branch.replaceAll(/[%+]/g, (character) => encodeURIComponent(character)).replaceAll('/', '+');
  if (Buffer.byteLength(name) <= LONGEST) return name;
  return `${Buffer.from(name)
    .subarray(0, LONGEST - 20)
    .toString()
    .replace(/\uFFFD+$/, '')}%${hashOf(branch, 16)}`;
}

/**
 * The values of `{repo}` and `{name}` in a path template. `supers` are the working trees that contain this one as a submodule, the nearest
 * first: the worktrees of a submodule are created beside the outermost, because inside it they would be untracked. A bare repository in a
 * hidden folder of a project (`.bare`, `.git`) has the name of the project's folder.
 */
export function templateValues(root: string, bare: boolean, supers: readonly string[]): TemplateValues {
  const outermost = supers.at(-1);
  if (outermost !== undefined)
    return { repo: outermost, name: `${basename(outermost)}.${fileSafe(relative(outermost, root).split(sep).join('/'))}` };
  if (!bare) return { repo: root, name: basename(root) };
  const name = basename(root).replace(/\.git$/, '');
  return name === '' || name.startsWith('.') ? { repo: dirname(root), name: basename(dirname(root)) } : { repo: root, name };
}

/** The path for the worktree of a branch. Throws `config-invalid` if it is inside a `.claude` folder. */
export function worktreePath(template: string, { repo, name }: TemplateValues, branch: string): string {
  const values: Readonly<Record<string, string>> = { repo, name, branch: fileSafe(branch) };
  const filled = template.replaceAll(/\{(repo|name|branch)\}/g, (_, key: string) => values[key] ?? '');
  const path = normalize(filled.startsWith('~/') ? join(homedir(), filled.slice(2)) : filled);
  if (path.split(sep).includes('.claude')) {
    // The client asks before each change below a folder of this name.
    const what = `${path} is inside a .claude folder, where Claude Code asks before each change`;
    throw new UserError('config-invalid', what, 'set worktree.path to another place (docs/worktrees.md)');
  }
  return path;
}
