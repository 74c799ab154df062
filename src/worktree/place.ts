import { createHash } from 'node:crypto';
import { basename, dirname, join, normalize, relative, sep } from 'node:path';
import { homedir } from 'node:os';
import { UserError } from '../system/errors.js';

/** Beside the repository, so that no tool that looks through it finds each file twice. */
export const DEFAULT_PLACE = '{repo}/../{name}.worktrees/{branch}';

/** What a template of a place may name. */
export interface PlaceNames {
  readonly repo: string;
  readonly name: string;
}

/** A file name has 255 bytes at most. */
const LONGEST = 200;

/**
 * A branch name as one file name, as the client makes it of the names of its own worktrees: `feat/x` is `feat+x`. No two branches
 * share one: what would then be ambiguous is written as `%2B` and `%25`, and a name that is too long ends in its hash.
 */
export function fileSafe(branch: string): string {
  const name = branch.replaceAll(/[%+]/g, (character) => encodeURIComponent(character)).replaceAll('/', '+');
  if (Buffer.byteLength(name) <= LONGEST) return name;
  return `${Buffer.from(name).subarray(0, LONGEST - 20).toString().replace(/\uFFFD+$/, '')}%${hashOf(branch).slice(0, 16)}`;
}

/** A short name for a path or the like, made of hexadecimal digits. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}

/**
 * What a repository is called in places. `supers` are the working trees that hold it as a submodule, the nearest first: there all
 * worktrees stand beside the outermost, since a folder in it would be an untracked file. A bare repository that hides in a
 * project's folder (`.bare`, `.git`) is called as that folder.
 */
export function placeNames(root: string, bare: boolean, supers: readonly string[]): PlaceNames {
  const outermost = supers.at(-1);
  if (outermost !== undefined) return { repo: outermost, name: `${basename(outermost)}.${fileSafe(relative(outermost, root).split(sep).join('/'))}` };
  if (!bare) return { repo: root, name: basename(root) };
  const name = basename(root).replace(/\.git$/, '');
  return name === '' || name.startsWith('.') ? { repo: dirname(root), name: basename(dirname(root)) } : { repo: root, name };
}

/** Where the worktree of a branch stands. Throws `config-invalid` where that is no place for one. */
export function placeOf(template: string, { repo, name }: PlaceNames, branch: string): string {
  const values: Readonly<Record<string, string>> = { repo, name, branch: fileSafe(branch) };
  const filled = template.replaceAll(/\{(repo|name|branch)\}/g, (_, key: string) => values[key] ?? '');
  const path = normalize(filled.startsWith('~/') ? join(homedir(), filled.slice(2)) : filled);
  if (path.split(sep).includes('.claude')) {
    // The client guards everything below a folder of this name.
    const what = `${path} is inside a .claude folder, where Claude Code asks before each change`;
    throw new UserError('config-invalid', what, 'set worktree.path to another place (docs/worktrees.md)');
  }
  return path;
}
