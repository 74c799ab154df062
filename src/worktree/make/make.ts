import type { UserError } from '../../system/errors.js';
import { branchNamed, startOf } from './branch.js';
import { checkOut } from './check-out.js';
import { choosePlace } from './choose-place.js';
import { type Entry, listEntries } from '../entries.js';
import { dropEntry, isHalfMade, removeHalfMade } from './half-made.js';
import { inside, namesOf, runningSessions } from '../occupants.js';
import type { OpenedRepository } from '../opened.js';
import { notMade } from '../refusals.js';
import { beginMaking, forget, isBeingMade, type Making, type Unfinished, unfinishedAt } from '../unfinished.js';
import { typed } from '../typed.js';
import type { WorktreeContext } from '../world.js';
import type { Made } from './made.js';

/** A worktree that somebody asks for. */
export interface Request {
  /** The name of a branch, or of one of a remote. */
  readonly name: string;
  /** Where a new branch begins. */
  readonly from: string | undefined;
  /** Of the place. */
  readonly template: string;
}

/** What is there already, and where the worktree is to be. */
interface Scene {
  readonly branch: string;
  readonly place: string;
  readonly entries: readonly Entry[];
  /** The mark of somebody who began with it. */
  readonly mark: Unfinished | undefined;
}

/**
 * Checks a branch out into a new worktree. One whose maker has ended before it was finished is gone on with, or made anew where git
 * had not come to its end. The caller holds the lock of the repository. A failure leaves no worktree and no new branch; a crash
 * leaves the mark by which the next call mends it. Throws `worktree-not-made`, which says who has the branch, `hook-failed` and
 * `git-failed`.
 */
export async function makeWorktree(world: WorktreeContext, repository: OpenedRepository, request: Request): Promise<Made> {
  const scene = await look(world, repository, request);
  const { place, mark } = scene;
  const at = scene.entries.find(({ path, gone }) => path === place && !gone);
  if (mark && isBeingMade(world.stateDir, place)) throw beingMade(scene.branch, place);
  if (mark && at?.branch === scene.branch && !(await isHalfMade(at))) {
    return { making: begin(world, mark), unfinished: mark, resumed: true };
  }
  await clear(world, repository, scene);
  const start = await startOf(world.cwd, scene.branch, request.name, request.from);
  return checkOut({ repository, start, path: place, cwd: world.cwd, begin: (unfinished) => begin(world, unfinished) });
}

/** Throws `worktree-not-made` when the branch is checked out somewhere. */
async function look(world: WorktreeContext, repository: OpenedRepository, { name, template }: Request): Promise<Scene> {
  const branch = await branchNamed(world.cwd, name);
  const entries = await listEntries(repository);
  const holder = entries.find((entry) => entry.branch === branch && !entry.gone);
  const place = holder?.path ?? (await choosePlace(repository, template, branch));
  const mark = unfinishedAt(world.stateDir, place);
  if (holder && !mark) throw taken(world, holder);
  return { branch, place, entries, mark };
}

/** Takes away what stands where the worktree is to be, and belongs to nobody. */
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

function begin({ stateDir }: WorktreeContext, unfinished: Unfinished): Making {
  const making = beginMaking(stateDir, unfinished);
  if (!making) throw beingMade(unfinished.branch, unfinished.path);
  return making;
}

function beingMade(branch: string, path: string): UserError {
  const what = `${branch} is checked out in ${path}, which another pclaudectl worktree add is making ready`;
  return notMade(what, 'wait until it has ended');
}

/** Who has a branch that was asked for. */
function taken(world: WorktreeContext, { path, branch, kind }: Entry): UserError {
  const who = namesOf(inside(path, runningSessions(world)));
  const what = `${branch ?? ''} is checked out in ${path}${who === '' ? '' : `, where ${who} runs`}`;
  if (kind !== 'linked') return notMade(what, 'choose another branch: that is the main working tree');
  return notMade(what, `go there (cd ${typed(path)}), or choose another branch`);
}
