import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../system/errors.js';
import { git, type GitResult, reasonIn, requireGit, tryGit } from '../system/git/run.js';

/** The repository that somebody works in, as its worktrees share it. */
export interface OpenedRepository {
  /** Where git keeps what all worktrees share; real path, and what tells one clone from another. */
  readonly commonDir: string;
  /** The root of the main working tree; of a bare repository its own folder. */
  readonly root: string;
  readonly bare: boolean;
  /** The root of the working tree that we were started in; null in a bare repository itself. */
  readonly here: string | null;
}

/** Finds it from a folder in any of its working trees, or in a bare one. Throws `git-missing`, `no-repository`. */
export async function openRepository(cwd: string): Promise<OpenedRepository> {
  // In a bare repository the second question is an error, after the first was answered.
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

/** Git refuses some that are there, such as one of another user. */
function noRepository(cwd: string, answer: GitResult): UserError {
  if (answer.stderr.includes('not a git repository')) return new UserError('no-repository', `${cwd} is not in a git repository`, 'go to one');
  return new UserError('no-repository', `git: ${reasonIn(answer)}`, 'correct that, or go to another repository');
}

/** Not from `git worktree list`: it names the git dir where that is not called `.git`, as in a submodule. */
async function mainOf(commonDir: string, here: string | null): Promise<Pick<OpenedRepository, 'root' | 'bare'>> {
  const file = join(commonDir, 'config');
  const [bare, workTree] = await Promise.all([valueIn(file, 'core.bare', '--type=bool'), valueIn(file, 'core.worktree')]);
  if (bare === 'true') return { root: commonDir, bare: true };
  if (workTree !== null && existsSync(resolve(commonDir, workTree))) return { root: realpathSync.native(resolve(commonDir, workTree)), bare: false };
  if (basename(commonDir) === '.git') return { root: dirname(commonDir), bare: false };
  // With `--separate-git-dir` nothing in the git dir leads to its working tree.
  return here === null ? { root: commonDir, bare: true } : { root: here, bare: false };
}

async function valueIn(file: string, key: string, ...options: readonly string[]): Promise<string | null> {
  const { code, stdout } = await tryGit(dirname(file), ['config', '--file', file, ...options, '--get', key]);
  return code === 0 ? lineOf(stdout) : null;
}

/** The working tree that holds this one as a submodule; null for all others. */
export async function superprojectOf(root: string): Promise<string | null> {
  const line = lineOf(await git(root, 'rev-parse', '--show-superproject-working-tree'));
  return line === '' ? null : line;
}

/** What git printed as one line. */
export function lineOf(output: string): string {
  return output.replace(/\n$/, '');
}
