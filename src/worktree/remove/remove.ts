import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../../system/errors.js';
import { unlessMissing } from '../../system/fs/fs-error.js';
import { below } from '../../system/fs/paths.js';
import { git, records, tryGit } from '../../system/git/run.js';
import { typed } from '../../system/text.js';
import { underRepositoryLock, type WorktreeContext } from '../context.js';
import { dropEntry } from '../make/half-made.js';
import { inside, isClients, isLeftByClient, namesOf, type Occupant, otherProcesses, runningSessions } from '../occupants.js';
import { type Entry, listEntries, type OpenedRepository, openRepository } from '../repository.js';
import { forget, isBeingMade } from '../unfinished.js';
import { type Bases, type BranchState, branchStateOf, findBases } from './branch-state.js';
import { type UnsavedWork, unsavedWorkIn, workIn } from './unsaved-work.js';

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
export async function removeWorktree(world: WorktreeContext, target: string, options: RemoveOptions): Promise<Removed> {
  const repository = await openRepository(world.cwd);
  return underRepositoryLock(world, repository, async () => {
    const entries = await listEntries(repository);
    const entry = find(entries, target, world.cwd);
    const occupants = [...runningSessions(world), ...otherProcesses()];
    const verdict = await checkRemoval(entry, {
      stateDir: world.stateDir,
      entries,
      bases: await findBases(repository, entries),
      occupants,
    });
    refuse(verdict, options.force);
    if (options.dryRun) return { ...verdict, branchWasAt: null };
    return { ...verdict, branchWasAt: await takeAway(world, repository, verdict, options) };
  });
}

/** Removes a checked worktree, and returns the commit that its deleted branch was at. The caller holds the repository lock. */
export async function takeAway(
  { stateDir }: WorktreeContext,
  repository: OpenedRepository,
  { entry, standing }: RemovalCheck,
  { force, deleteBranch }: Omit<RemoveOptions, 'dryRun'>,
): Promise<string | null> {
  const { path, branch, head } = entry;
  if (entry.locked !== null) await git(repository.commonDir, 'worktree', 'unlock', path);
  // Without --force git checks once more. But it never removes a worktree with submodules, which `checkRemoval` has looked into.
  if (force || entry.gone || (await hasSubmodules(path))) await dropEntry(repository, entry);
  else await git(repository.commonDir, 'worktree', 'remove', '--', path);
  forget(stateDir, path);
  if (!deleteBranch || branch === null || (standing !== 'merged' && standing !== 'new')) return null;
  await git(repository.commonDir, 'branch', '--quiet', '-D', '--', branch);
  return head;
}

async function hasSubmodules(path: string): Promise<boolean> {
  return records((await tryGit(path, ['ls-files', '-z', '--stage'])).stdout).some((record) => record.startsWith('160000 '));
}

function find(entries: readonly Entry[], target: string, cwd: string): Entry {
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

function refuse({ entry: { path }, obstacle, losses, occupants }: RemovalCheck, force: boolean): void {
  if (obstacle) throw new UserError('worktree-not-removed', obstacle.what, obstacle.hint);
  if (force) return;
  if (occupants.length > 0) {
    const hint = 'end that or leave the folder, or remove it with --force';
    throw new UserError('worktree-not-removed', `${path} is in use by ${namesOf(occupants)}`, hint);
  }
  if (losses.length === 0) return;
  throw new UserError(
    'worktree-not-removed',
    `${path} has ${losses.map(({ text }) => text).join('; ')}`,
    '--force removes it all the same',
  );
}

/** The result of checking whether a working tree may be removed. */
export interface RemovalCheck {
  readonly entry: Entry;
  /** Why it cannot be removed, not even with `--force`, and a hint; null if it can. */
  readonly obstacle: { readonly what: string; readonly hint: string } | null;
  readonly losses: readonly UnsavedWork[];
  readonly occupants: readonly Occupant[];
  /** Null if its folder is gone or there is an obstacle. */
  readonly standing: BranchState | null;
}

/** The repository around a working tree, read once for each command. */
export interface Surroundings {
  readonly stateDir: string;
  readonly entries: readonly Entry[];
  readonly bases: Bases;
  /** The sessions, clients and other processes in all folders. */
  readonly occupants: readonly Occupant[];
}

/** Checks whether a working tree may be removed, and changes nothing. Throws `git-failed`. */
export async function checkRemoval(entry: Entry, surroundings: Surroundings): Promise<RemovalCheck> {
  const obstacle = obstacleTo(entry, surroundings);
  const occupants = inside(entry.path, surroundings.occupants);
  if (entry.gone || obstacle) return { entry, obstacle, losses: [], occupants, standing: null };
  const [work, standing] = await Promise.all([
    workIn(entry.path, surroundings.bases),
    branchStateOf(entry.path, entry.branch, surroundings.bases),
  ]);
  return { entry, obstacle, losses: unsavedWorkIn(work), occupants, standing };
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
