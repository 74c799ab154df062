import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../../system/errors.js';
import { unlessMissing } from '../../system/fs/fs-error.js';
import { below } from '../../system/fs/paths.js';
import { git } from '../../system/git/run.js';
import { typed } from '../../system/text.js';
import { underRepositoryLock, type WorktreeContext } from '../context.js';
import { dropEntry } from '../make/half-made.js';
import { inside, isClients, isLeftByClient, namesOf, type Occupant, otherProcesses, runningSessions } from '../occupants.js';
import { type Entry, listEntries, type OpenedRepository, openRepository } from '../repository.js';
import { forget, isBeingMade } from '../unfinished.js';
import { type Bases, type BranchState, branchStateOf, findBases } from './branch-state.js';
import { submodulePaths, treeStateOf, type UnsavedWork, unsavedWorkIn } from './unsaved-work.js';

interface RemoveOptions {
  /** Remove it even if it is in use or work would be lost. */
  readonly force: boolean;
  /** Only check. */
  readonly dryRun: boolean;
  /** Delete its branch as well, if the bases have all of it. */
  readonly deleteBranch: boolean;
}

/** The outcome of a removal or of its dry run. */
export interface Removed extends RemovalCheck {
  /** The commit that the deleted branch was at; null if the branch stays. */
  readonly branchWasAt: string | null;
}

/**
 * Removes the worktree of a branch, or at a path. Its branch stays, unless it is merged and `deleteBranch` is set. Throws
 * `no-such-worktree`, and `worktree-not-removed`, which lists the work that would be lost or the sessions and processes that use the
 * worktree; `force` overrides these two reasons, not a lock. A crash leaves a part of the folder, which the same call with `force` removes.
 */
export async function removeWorktree(context: WorktreeContext, target: string, options: RemoveOptions): Promise<Removed> {
  const repository = await openRepository(context.cwd);
  return underRepositoryLock(context, repository, async () => {
    const surroundings = await surroundingsOf(context, repository);
    const check = await checkRemoval(findEntry(surroundings.entries, target, context.cwd), surroundings);
    refuse(check, options.force);
    if (options.dryRun) return { ...check, branchWasAt: null };
    return { ...check, branchWasAt: await removeChecked(context, repository, check, options) };
  });
}

/** Removes a checked worktree, and returns the commit that its deleted branch was at. The caller holds the repository lock. */
export async function removeChecked(
  { stateDir }: WorktreeContext,
  repository: OpenedRepository,
  { entry, branchState }: RemovalCheck,
  { force, deleteBranch }: Omit<RemoveOptions, 'dryRun'>,
): Promise<string | null> {
  const { path, branch, head } = entry;
  if (entry.locked !== null) await git(repository.commonDir, 'worktree', 'unlock', path);
  // Without --force git checks once more. But it never removes a worktree with submodules, which `checkRemoval` has looked into.
  if (force || entry.gone || (await submodulePaths(path)).length > 0) await dropEntry(repository, entry);
  else await git(repository.commonDir, 'worktree', 'remove', '--', path);
  forget(stateDir, path);
  if (!deleteBranch || branch === null || (branchState !== 'merged' && branchState !== 'new')) return null;
  await git(repository.commonDir, 'branch', '--quiet', '-D', '--', branch);
  return head;
}

function findEntry(entries: readonly Entry[], target: string, cwd: string): Entry {
  const path = resolve(cwd, target);
  const real = unlessMissing(() => realpathSync.native(path)) ?? path;
  const found = entries.find(({ branch }) => branch === target) ?? entries.find((entry) => entry.path === real);
  if (found) return found;
  throw new UserError(
    'no-such-worktree',
    `there is no worktree of a branch ${target}, and none at ${path}`,
    'pclaudectl worktree list shows all',
  );
}

function refuse({ entry: { path }, obstacle, unsavedWork, occupants }: RemovalCheck, force: boolean): void {
  if (obstacle) throw new UserError('worktree-not-removed', obstacle.what, obstacle.hint);
  if (force) return;
  if (occupants.length > 0) {
    const hint = 'end that or leave the folder, or remove it with --force';
    throw new UserError('worktree-not-removed', `${path} is in use by ${namesOf(occupants)}`, hint);
  }
  if (unsavedWork.length === 0) return;
  throw new UserError(
    'worktree-not-removed',
    `${path} has ${unsavedWork.map(({ text }) => text).join('; ')}`,
    '--force removes it all the same',
  );
}

/** The result of checking whether a working tree may be removed. */
export interface RemovalCheck {
  readonly entry: Entry;
  /** Why it cannot be removed, not even with `--force`, and a hint; null if it can. */
  readonly obstacle: { readonly what: string; readonly hint: string } | null;
  readonly unsavedWork: readonly UnsavedWork[];
  readonly occupants: readonly Occupant[];
  /** Null if its folder is gone or there is an obstacle. */
  readonly branchState: BranchState | null;
}

/** The repository around a working tree, read once for each command. */
export interface Surroundings {
  readonly stateDir: string;
  readonly entries: readonly Entry[];
  readonly bases: Bases;
  /** The sessions, clients and other processes in all folders. */
  readonly occupants: readonly Occupant[];
}

/** Reads the surroundings of all working trees of a repository. Throws `git-failed`. */
export async function surroundingsOf(context: WorktreeContext, repository: OpenedRepository): Promise<Surroundings> {
  const entries = await listEntries(repository);
  const bases = await findBases(repository, entries);
  return { stateDir: context.stateDir, entries, bases, occupants: [...runningSessions(context), ...otherProcesses()] };
}

/** Checks whether a working tree may be removed, and changes nothing. Throws `git-failed`. */
export async function checkRemoval(entry: Entry, surroundings: Surroundings): Promise<RemovalCheck> {
  const obstacle = obstacleTo(entry, surroundings);
  const occupants = inside(entry.path, surroundings.occupants);
  if (entry.gone || obstacle) return { entry, obstacle, unsavedWork: [], occupants, branchState: null };
  const [tree, branchState] = await Promise.all([
    treeStateOf(entry.path, surroundings.bases),
    branchStateOf(entry.path, entry.branch, surroundings.bases),
  ]);
  return { entry, obstacle, unsavedWork: unsavedWorkIn(tree), occupants, branchState };
}

function obstacleTo({ path, kind, locked }: Entry, { stateDir, entries }: Surroundings): RemovalCheck['obstacle'] {
  if (kind !== 'linked') return { what: `${path} is the main working tree`, hint: 'only linked worktrees are removed' };
  if (isBeingMade(stateDir, path)) return { what: `${path} is being made just now`, hint: 'wait until that has ended' };
  if (locked !== null && !isLeftByClient(locked)) {
    const hint = isClients(locked) ? 'end that session first' : `when it is no longer needed: git worktree unlock ${typed(path)}`;
    return { what: `${path} is locked${locked === '' ? '' : ` (${locked})`}`, hint };
  }
  const nested = entries.find((each) => below(path, each.path) !== undefined);
  return nested ? { what: `${path} holds the worktree ${nested.path}`, hint: 'remove that first' } : null;
}
