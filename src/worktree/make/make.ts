import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isUserError, UserError } from '../../system/errors.js';
import { reasonIn, tryGit } from '../../system/git/run.js';
import { typed } from '../../system/text.js';
import type { WorktreeContext } from '../context.js';
import { inside, namesOf, runningSessions } from '../occupants.js';
import { choosePath } from '../path-template.js';
import { type Entry, listEntries, type OpenedRepository } from '../repository.js';
import {
  beginMaking,
  forget,
  goOnWith,
  isBeingMade,
  type Made,
  type Making,
  notMade,
  type Unfinished,
  unfinishedAt,
} from '../unfinished.js';
import { branchNamed, commitOf, type StartPoint, startPointOf } from './branch.js';
import { discardMade, dropEntry, isHalfMade, removeHalfMade } from './half-made.js';

/** The request for a worktree. */
interface WorktreeRequest {
  /** The name of a local or a remote branch. */
  readonly name: string;
  /** The commit that a new branch starts at. */
  readonly from: string | undefined;
  /** The template of its path. */
  readonly template: string;
}

/** The path of a new worktree, and what is there already. */
interface Target {
  readonly branch: string;
  readonly path: string;
  readonly entries: readonly Entry[];
  /** The mark of an earlier call that did not complete. */
  readonly mark: Unfinished | undefined;
}

/**
 * Checks a branch out into a new worktree. Continues with an unfinished worktree, or creates it anew if git did not complete the check-out.
 * The caller holds the repository lock. A failure other than `hook-failed` leaves no worktree and no new branch. A crash leaves the mark,
 * by which the next call recognises and completes the worktree. Throws `worktree-not-made`, which names the worktree and the sessions that
 * have the branch, `hook-failed` and `git-failed`.
 */
export async function makeWorktree(context: WorktreeContext, repository: OpenedRepository, request: WorktreeRequest): Promise<Made> {
  const target = await findTarget(context, repository, request);
  const { branch, path, mark } = target;
  const there = target.entries.find((each) => each.path === path && !each.gone);
  if (mark && isBeingMade(context.stateDir, path)) throw beingMade(branch, path);
  if (mark && there?.branch === branch && !(await isHalfMade(there))) {
    return { making: beginOrRefuse(context, mark), unfinished: mark, resumed: true };
  }
  await freeTarget(context, repository, target);
  const start = await startPointOf(context.cwd, branch, request.name, request.from);
  return checkOut(context, repository, start, path);
}

/** Throws `worktree-not-made` if the branch is checked out in a worktree that is complete. */
async function findTarget(context: WorktreeContext, repository: OpenedRepository, { name, template }: WorktreeRequest): Promise<Target> {
  const branch = await branchNamed(context.cwd, name);
  const entries = await listEntries(repository);
  const holder = entries.find((entry) => entry.branch === branch && !entry.gone);
  const path = holder?.path ?? (await choosePath(repository, template, branch));
  const mark = unfinishedAt(context.stateDir, path);
  if (holder && !mark) throw branchTaken(context, holder);
  return { branch, path, entries, mark };
}

/**
 * Frees the path and the branch: removes the half-made worktree and git's entries of folders that are gone. Throws `worktree-not-made` if
 * the path belongs to another worktree.
 */
async function freeTarget(
  { stateDir }: WorktreeContext,
  repository: OpenedRepository,
  { branch, path, entries, mark }: Target,
): Promise<void> {
  const there = entries.find((each) => each.path === path);
  if (there && !there.gone && !(mark && (await isHalfMade(there)))) {
    const hint = 'rename or remove that worktree, or set worktree.path to another place (docs/worktrees.md)';
    throw notMade(`${path} has ${there.branch ?? 'no branch'} checked out`, hint);
  }
  if (mark) await removeHalfMade(repository, mark, there);
  forget(stateDir, path);
  const stale = entries.filter((each) => each.gone && (each.branch === branch || each.path === path));
  for (const entry of mark ? stale.filter((each) => each !== there) : stale) {
    if (entry.locked !== null) throw lockedAndGone(entry);
    await dropEntry(repository, entry);
  }
}

function lockedAndGone({ path, branch }: Entry): UserError {
  const what = `${branch ?? 'no branch'} is checked out in ${path}, which is locked and not there`;
  return notMade(what, `bring it back, or run: git worktree unlock ${typed(path)}`);
}

function beginOrRefuse({ stateDir }: WorktreeContext, unfinished: Unfinished): Making {
  const making = beginMaking(stateDir, unfinished);
  if (!making) throw beingMade(unfinished.branch, unfinished.path);
  return making;
}

function beingMade(branch: string, path: string): UserError {
  const what = `${branch} is checked out in ${path}, which another pclaudectl worktree add is making ready`;
  return notMade(what, 'wait until it has ended');
}

/** The error that says where the branch is checked out, and which sessions run there. */
function branchTaken(context: WorktreeContext, { path, branch, kind }: Entry): UserError {
  const who = namesOf(inside(path, runningSessions(context)));
  const what = `${branch ?? ''} is checked out in ${path}${who === '' ? '' : `, where ${who} runs`}`;
  if (kind !== 'linked') return notMade(what, 'choose another branch: that is the main working tree');
  return notMade(what, `go there (cd ${typed(path)}), or choose another branch`);
}

/**
 * Marks the worktree as unfinished, then lets git create it. A failure leaves neither a worktree nor a new branch, with one exception: git
 * runs the user's `post-checkout` hook on the complete worktree, so the worktree stays if the hook fails. Throws `hook-failed` and
 * `git-failed`.
 */
async function checkOut(context: WorktreeContext, repository: OpenedRepository, start: StartPoint, path: string): Promise<Made> {
  const { cwd } = context;
  const madeAt = start.kind === 'existing' ? null : await commitOf(cwd, sourceOf(start));
  const unfinished: Unfinished = { path, commonDir: repository.commonDir, branch: start.branch, madeAt };
  mkdirSync(dirname(path), { recursive: true });
  const making = beginOrRefuse(context, unfinished);
  try {
    await addByGit(cwd, repository, start, unfinished);
    return { making, unfinished, resumed: false };
  } catch (error) {
    if (!isUserError(error) || error.code !== 'hook-failed') making.done();
    making.release();
    throw error;
  }
}

/** Runs `git worktree add` in `cwd`, whose check-out is what `HEAD` means in a start point. */
async function addByGit(cwd: string, repository: OpenedRepository, start: StartPoint, unfinished: Unfinished): Promise<void> {
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

function sourceOf(start: Exclude<StartPoint, { readonly kind: 'existing' }>): string {
  return start.kind === 'remote' ? `refs/remotes/${start.from}` : start.from;
}

function optionsOf(start: StartPoint, path: string): string[] {
  if (start.kind === 'existing') return ['--', path, start.branch];
  return [...(start.kind === 'remote' ? ['--track'] : []), '-b', start.branch, '--', path, sourceOf(start)];
}
