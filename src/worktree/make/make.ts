import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isUserError, UserError } from '../../system/errors.js';
import { reasonIn, tryGit } from '../../system/git/run.js';
import { typed } from '../../system/text.js';
import type { WorktreeContext } from '../context.js';
import { inside, namesOf, runningSessions } from '../occupants.js';
import { choosePlace } from '../place.js';
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
import { branchNamed, commitOf, type Start, startOf } from './branch.js';
import { discardMade, dropEntry, isHalfMade, removeHalfMade } from './half-made.js';

/** The request for a worktree. */
interface Request {
  /** The name of a local or a remote branch. */
  readonly name: string;
  /** The commit that a new branch starts at. */
  readonly from: string | undefined;
  /** The template of its path. */
  readonly template: string;
}

/** What exists already, and where the worktree will be. */
interface Scene {
  readonly branch: string;
  readonly place: string;
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
export async function makeWorktree(world: WorktreeContext, repository: OpenedRepository, request: Request): Promise<Made> {
  const scene = await look(world, repository, request);
  const { place, mark } = scene;
  const at = scene.entries.find(({ path, gone }) => path === place && !gone);
  if (mark && isBeingMade(world.stateDir, place)) throw beingMade(scene.branch, place);
  if (mark && at?.branch === scene.branch && !(await isHalfMade(at))) {
    return { making: beginOrRefuse(world, mark), unfinished: mark, resumed: true };
  }
  await clear(world, repository, scene);
  const start = await startOf(world.cwd, scene.branch, request.name, request.from);
  return checkOut({ repository, start, path: place, cwd: world.cwd, begin: (unfinished) => beginOrRefuse(world, unfinished) });
}

/** Throws `worktree-not-made` if the branch is checked out in a worktree that is complete. */
async function look(world: WorktreeContext, repository: OpenedRepository, { name, template }: Request): Promise<Scene> {
  const branch = await branchNamed(world.cwd, name);
  const entries = await listEntries(repository);
  const holder = entries.find((entry) => entry.branch === branch && !entry.gone);
  const place = holder?.path ?? (await choosePlace(repository, template, branch));
  const mark = unfinishedAt(world.stateDir, place);
  if (holder && !mark) throw taken(world, holder);
  return { branch, place, entries, mark };
}

/**
 * Frees the path and the branch: removes the half-made worktree and git's entries of folders that are gone. Throws `worktree-not-made` if
 * the path belongs to another worktree.
 */
async function clear({ stateDir }: WorktreeContext, repository: OpenedRepository, { branch, place, entries, mark }: Scene): Promise<void> {
  const at = entries.find(({ path }) => path === place);
  if (at && !at.gone && !(mark && (await isHalfMade(at)))) {
    const hint = 'rename or remove that worktree, or set worktree.path to another place (docs/worktrees.md)';
    throw notMade(`${place} has ${at.branch ?? 'no branch'} checked out`, hint);
  }
  if (mark) await removeHalfMade(repository, mark, at);
  forget(stateDir, place);
  const stale = entries.filter((each) => each.gone && (each.branch === branch || each.path === place));
  for (const entry of mark ? stale.filter((each) => each !== at) : stale) {
    if (entry.locked !== null) throw lockedAway(entry);
    await dropEntry(repository, entry);
  }
}

function lockedAway({ path, branch }: Entry): UserError {
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
function taken(world: WorktreeContext, { path, branch, kind }: Entry): UserError {
  const who = namesOf(inside(path, runningSessions(world)));
  const what = `${branch ?? ''} is checked out in ${path}${who === '' ? '' : `, where ${who} runs`}`;
  if (kind !== 'linked') return notMade(what, 'choose another branch: that is the main working tree');
  return notMade(what, `go there (cd ${typed(path)}), or choose another branch`);
}

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
async function checkOut({ repository, start, path, cwd, begin }: CheckOut): Promise<Made> {
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
