import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../system/errors.js';
import { git, type GitResult, reasonIn, requireGit, tryGit } from '../system/git/run.js';

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
  const [bare, workTree] = await Promise.all([valueIn(file, 'core.bare', '--type=bool'), valueIn(file, 'core.worktree')]);
  if (bare === 'true') return { root: commonDir, bare: true };
  if (workTree !== null && existsSync(resolve(commonDir, workTree)))
    return { root: realpathSync.native(resolve(commonDir, workTree)), bare: false };
  if (basename(commonDir) === '.git') return { root: dirname(commonDir), bare: false };
  // With `--separate-git-dir`, the git dir does not record where its working tree is.
  return here === null ? { root: commonDir, bare: true } : { root: here, bare: false };
}

async function valueIn(file: string, key: string, ...options: readonly string[]): Promise<string | null> {
  const { code, stdout } = await tryGit(dirname(file), ['config', '--file', file, ...options, '--get', key]);
  return code === 0 ? lineOf(stdout) : null;
}

/** The working tree that contains this one as a submodule; null if there is none. */
export async function superprojectOf(root: string): Promise<string | null> {
  const line = lineOf(await git(root, 'rev-parse', '--show-superproject-working-tree'));
  return line === '' ? null : line;
}

/** The output of git without the last newline. */
export function lineOf(output: string): string {
  return output.replace(/\n$/, '');
}
