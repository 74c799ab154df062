import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../system/errors.js';
import { unlessMissing } from '../system/fs/fs-error.js';
import { askGit, git, type GitResult, lineOf, reasonIn, requireGit, tryGit } from '../system/git/run.js';

/** The repository of the current folder, as its worktrees share it. */
export interface OpenedRepository {
  /** The git dir that all worktrees share; real path. It identifies the clone. */
  readonly commonDir: string;
  /** The root of the main working tree; for a bare repository, its own folder. */
  readonly root: string;
  readonly bare: boolean;
  /** The root of the working tree that the command was started in; null in a bare repository itself. */
  readonly here: string | null;
}

/**
 * Finds the repository of a folder, which is in one of its working trees or in a bare repository. Throws `git-missing`, `no-repository`.
 */
export async function openRepository(cwd: string): Promise<OpenedRepository> {
  // In a bare repository `--show-toplevel` is an error, after the first line was printed.
  const answer = await tryGit(cwd, ['rev-parse', '--path-format=absolute', '--git-common-dir', '--show-toplevel']);
  const [common = '', here = ''] = answer.stdout.split('\n');
  if (!isAbsolute(common)) {
    // A git that is too old does not know `--path-format`, and so fails here.
    await requireGit(cwd);
    throw noRepository(cwd, answer);
  }
  const commonDir = realpathSync.native(common);
  const top = here === '' ? null : here;
  return { commonDir, here: top, ...(await mainOf(commonDir, top)) };
}

/** Git refuses some repositories that exist, such as one that belongs to another user. */
function noRepository(cwd: string, answer: GitResult): UserError {
  if (answer.stderr.includes('not a git repository'))
    return new UserError('no-repository', `${cwd} is not in a git repository`, 'go to one');
  return new UserError('no-repository', `git: ${reasonIn(answer)}`, 'correct that, or go to another repository');
}

/** Does not use `git worktree list`: if the git dir is not called `.git`, as in a submodule, that reports the git dir itself. */
async function mainOf(commonDir: string, here: string | null): Promise<Pick<OpenedRepository, 'root' | 'bare'>> {
  const file = join(commonDir, 'config');
  const [bare, workTree] = await Promise.all([
    askGit(commonDir, 'config', '--file', file, '--type=bool', '--get', 'core.bare'),
    askGit(commonDir, 'config', '--file', file, '--get', 'core.worktree'),
  ]);
  if (bare === 'true') return { root: commonDir, bare: true };
  if (workTree !== null && existsSync(resolve(commonDir, workTree)))
    return { root: realpathSync.native(resolve(commonDir, workTree)), bare: false };
  if (basename(commonDir) === '.git') return { root: dirname(commonDir), bare: false };
  // With `--separate-git-dir`, the git dir does not record where its working tree is.
  return here === null ? { root: commonDir, bare: true } : { root: here, bare: false };
}

/** The working tree that contains this one as a submodule; null if there is none. Throws `git-missing` and `git-failed`. */
export async function superprojectOf(root: string): Promise<string | null> {
  const line = lineOf(await git(root, 'rev-parse', '--show-superproject-working-tree'));
  return line === '' ? null : line;
}

/** A working tree as `git worktree list` reports it. */
export interface Entry {
  /** Real path; if the folder does not exist, the path that git reports. */
  readonly path: string;
  readonly kind: 'main' | 'bare' | 'linked';
  /** The commit that is checked out; null if there is none. */
  readonly head: string | null;
  /** Null when HEAD is detached. */
  readonly branch: string | null;
  /** The reason of its lock, possibly empty; null when it is not locked. */
  readonly locked: string | null;
  /** Its folder does not exist. */
  readonly gone: boolean;
}

/** All working trees of a repository; the main one or the bare repository comes first. Throws as `git` does. */
export async function listEntries({ commonDir, root }: OpenedRepository): Promise<Entry[]> {
  const [first, ...linked] = parseEntries(await git(commonDir, 'worktree', 'list', '--porcelain'));
  return [...(first ? [{ ...first, path: root }] : []), ...linked.map(resolved)];
}

/** Reads `git worktree list --porcelain`, in which a blank line ends each entry. */
export function parseEntries(output: string): Entry[] {
  return output
    .split('\n\n')
    .filter((block) => block.startsWith('worktree '))
    .map((block, index) => entryOf(new Map(block.split('\n').map(attribute)), index === 0));
}

function entryOf(attributes: ReadonlyMap<string, string>, first: boolean): Entry {
  return {
    path: attributes.get('worktree') ?? '',
    kind: attributes.has('bare') ? 'bare' : first ? 'main' : 'linked',
    head: headOf(attributes.get('HEAD')),
    branch: attributes.get('branch')?.replace(/^refs\/heads\//, '') ?? null,
    locked: attributes.get('locked') ?? null,
    gone: attributes.has('prunable'),
  };
}

function attribute(line: string): readonly [name: string, value: string] {
  const [, name = '', value = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
  return [name, value];
}

/** Git reports zeros for a branch without a commit. */
function headOf(value: string | undefined): string | null {
  return value === undefined || /^0+$/.test(value) ? null : value;
}

function resolved(entry: Entry): Entry {
  const path = unlessMissing(() => realpathSync.native(entry.path));
  // Git does not report a locked worktree as prunable when its folder is gone.
  return { ...entry, path: path ?? entry.path, gone: entry.gone || path === undefined };
}
