import { isUserError } from '../../system/errors.js';
import { underRepositoryLock, type WorktreeContext } from '../context.js';
import { isHalfMade, removeHalfMade } from '../make/half-made.js';
import { namesOf } from '../occupants.js';
import { type Entry, type OpenedRepository, openRepository } from '../repository.js';
import { forget, isBeingMade, listUnfinished, type Unfinished, unfinishedAt } from '../unfinished.js';
import type { BranchState } from './branch-state.js';
import { checkRemoval, type RemovalCheck, removeChecked, type Surroundings, surroundingsOf } from './remove.js';

export interface PruneOptions {
  readonly dryRun: boolean;
  readonly deleteBranch: boolean;
}

/** The outcome for one worktree; in a dry run, the outcome it would have. */
export interface Pruned {
  readonly path: string;
  readonly branch: string | null;
  readonly outcome: 'removed' | 'removable' | 'kept' | 'failed';
  /** Why it is removed or kept. */
  readonly why: string;
  /** The commit that the deleted branch was at; null if no branch was deleted. */
  readonly branchWasAt: string | null;
}

/**
 * Removes all worktrees that are merged, clean and unused, git's entries of folders that are gone, and the remains of a killed `add`. If
 * one cannot be removed, the others still are. In doubt a worktree stays, as does one in which nothing was committed yet. Throws
 * `no-repository`, `git-failed`.
 */
export async function pruneWorktrees(context: WorktreeContext, options: PruneOptions): Promise<Pruned[]> {
  const repository = await openRepository(context.cwd);
  return underRepositoryLock(context, repository, async () => {
    const surroundings = await surroundingsOf(context, repository);
    const { entries } = surroundings;
    const pruned: Pruned[] = [];
    for (const entry of entries.filter(({ kind }) => kind === 'linked'))
      pruned.push(await pruneOne(context, repository, entry, surroundings, options));
    return [...pruned, ...(await pruneMarks(context, repository, entries, options))];
  });
}

async function pruneOne(
  context: WorktreeContext,
  repository: OpenedRepository,
  entry: Entry,
  surroundings: Surroundings,
  options: PruneOptions,
): Promise<Pruned> {
  const { path, branch } = entry;
  const mark = unfinishedAt(context.stateDir, path);
  if (mark && !isBeingMade(context.stateDir, path) && (await isHalfMade(entry)))
    return pruneMark(context, repository, mark, entry, options);
  try {
    const check = await checkRemoval(entry, surroundings);
    const why = reasonToKeep(check);
    if (why !== null) return { path, branch, outcome: 'kept', why, branchWasAt: null };
    const reason = entry.gone ? 'its folder is gone' : 'merged';
    if (options.dryRun) return { path, branch, outcome: 'removable', why: reason, branchWasAt: null };
    const branchWasAt = await removeChecked(context, repository, check, { force: false, deleteBranch: options.deleteBranch });
    return { path, branch, outcome: 'removed', why: reason, branchWasAt };
  } catch (error) {
    return failed(path, branch, error);
  }
}

const REASONS: Readonly<Record<BranchState, string | null>> = {
  base: 'others are merged into its branch',
  detached: 'no branch is checked out in it',
  merged: null,
  new: 'nothing was committed in it yet',
  open: 'not merged',
};

/** Null if the worktree can be removed. */
function reasonToKeep({ entry, obstacle, unsavedWork, occupants, branchState }: RemovalCheck): string | null {
  if (obstacle) return obstacle.what;
  if (entry.gone) return null;
  if (occupants.length > 0) return `in use by ${namesOf(occupants)}`;
  if (unsavedWork.length > 0) return unsavedWork.map(({ text }) => text).join('; ');
  return REASONS[branchState ?? 'open'];
}

/** Removes the remains of a killed `add` at paths that git does not list as worktrees. */
async function pruneMarks(
  context: WorktreeContext,
  repository: OpenedRepository,
  entries: readonly Entry[],
  options: PruneOptions,
): Promise<Pruned[]> {
  const unknown = listUnfinished(context.stateDir, repository.commonDir).filter(({ path }) =>
    entries.every((entry) => entry.path !== path),
  );
  const orphans = unknown.filter(({ path }) => !isBeingMade(context.stateDir, path));
  const pruned: Pruned[] = [];
  for (const mark of orphans) pruned.push(await pruneMark(context, repository, mark, undefined, options));
  return pruned;
}

async function pruneMark(
  context: WorktreeContext,
  repository: OpenedRepository,
  mark: Unfinished,
  entry: Entry | undefined,
  { dryRun }: PruneOptions,
): Promise<Pruned> {
  const { path, branch } = mark;
  const why = 'it was never finished';
  if (dryRun) return { path, branch, outcome: 'removable', why, branchWasAt: null };
  try {
    const branchWasAt = await removeHalfMade(repository, mark, entry);
    forget(context.stateDir, path);
    return { path, branch, outcome: 'removed', why, branchWasAt };
  } catch (error) {
    return failed(path, branch, error);
  }
}

function failed(path: string, branch: string | null, error: unknown): Pruned {
  if (!isUserError(error)) throw error;
  return { path, branch, outcome: 'failed', why: error.line, branchWasAt: null };
}
