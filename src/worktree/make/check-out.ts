import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isUserError, UserError } from '../../system/errors.js';
import { commitOf, type Start } from './branch.js';
import { listEntries } from '../entries.js';
import { reasonIn, tryGit } from '../../system/git/run.js';
import { discardMade, isHalfMade } from './half-made.js';
import type { Made } from './made.js';
import type { OpenedRepository } from '../opened.js';
import { goOnWith } from '../refusals.js';
import type { Making, Unfinished } from '../unfinished.js';

interface CheckOut {
  readonly repository: OpenedRepository;
  readonly start: Start;
  /** The path of the new worktree. */
  readonly path: string;
  /** `HEAD` means what is checked out in this folder. */
  readonly cwd: string;
  /** Marks the worktree as unfinished. */
  readonly begin: (unfinished: Unfinished) => Making;
}

/**
 * Marks the worktree as unfinished, then lets git create it. A failure leaves neither a worktree nor a new branch, with one exception: git
 * runs the user's `post-checkout` hook on the complete worktree, so the worktree stays if the hook fails. Throws `hook-failed` and
 * `git-failed`.
 */
export async function checkOut({ repository, start, path, cwd, begin }: CheckOut): Promise<Made> {
  const madeAt = start.kind === 'existing' ? null : await commitOf(cwd, sourceOf(start));
  const unfinished: Unfinished = { path, commonDir: repository.commonDir, branch: start.branch, madeAt };
  mkdirSync(dirname(path), { recursive: true });
  const making = begin(unfinished);
  try {
    await add(repository, start, unfinished, cwd);
    return { making, unfinished, resumed: false };
  } catch (error) {
    if (!isUserError(error) || error.code !== 'hook-failed') making.done();
    making.release();
    throw error;
  }
}

async function add(repository: OpenedRepository, start: Start, unfinished: Unfinished, cwd: string): Promise<void> {
  const { path, branch } = unfinished;
  const result = await tryGit(cwd, ['worktree', 'add', '--quiet', ...optionsOf(start, path)]);
  if (result.code === 0) return;
  const entry = (await listEntries(repository)).find((each) => each.path === path);
  if (entry && !(await isHalfMade(entry))) {
    const message = `git's post-checkout hook failed in ${path}: ${reasonIn(result)}`;
    throw new UserError('hook-failed', message, goOnWith(branch));
  }
  await discardMade(repository, unfinished, entry);
  throw new UserError('git-failed', `git worktree add: ${reasonIn(result)}`, 'nothing was made; correct that and try again');
}

function sourceOf(start: Exclude<Start, { readonly kind: 'existing' }>): string {
  return start.kind === 'remote' ? `refs/remotes/${start.from}` : start.from;
}

function optionsOf(start: Start, path: string): string[] {
  if (start.kind === 'existing') return ['--', path, start.branch];
  return [...(start.kind === 'remote' ? ['--track'] : []), '-b', start.branch, '--', path, sourceOf(start)];
}
