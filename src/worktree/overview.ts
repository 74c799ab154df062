import { bounded } from '../system/attempt.js';
import { sizeBelow } from '../system/fs/paths.js';
import { git } from '../system/git/run.js';
import type { WorktreeContext } from './context.js';
import { isHalfMade } from './make/half-made.js';
import { inside, isLeftByClient, type Occupant, runningSessions } from './occupants.js';
import { type BranchState, branchStateOf, type Sync, syncOf } from './remove/branch-state.js';
import { parseStatus } from './remove/unsaved-work.js';
import { type Bases, type Entry, findBases, listEntries, openRepository } from './repository.js';
import { unfinishedAt } from './unfinished.js';

/** A working tree as `pclaudectl worktree list` shows it. */
export interface Overview {
  readonly entry: Entry;
  readonly state: State;
  /** The numbers of changed and of untracked files; null if the folder is gone or half made. */
  readonly changed: number | null;
  readonly untracked: number | null;
  readonly sync: Sync | null;
  readonly sessions: readonly Occupant[];
  /** The total size of its files in bytes. */
  readonly bytes: number;
}

/** `gone`: the folder does not exist. `unfinished`: `worktree add` has not completed it. */
type State = 'gone' | 'unfinished' | 'locked' | BranchState;

/** All working trees of the repository, the main one first; a bare repository is not listed. Throws `no-repository`, `git-failed`. */
export async function overview(world: WorktreeContext): Promise<Overview[]> {
  const repository = await openRepository(world.cwd);
  const entries = await listEntries(repository);
  const bases = await findBases(repository, entries);
  const sessions = runningSessions(world);
  // A session in a nested working tree counts for the inner one only.
  const trees = entries.filter(({ kind }) => kind !== 'bare');
  return bounded(trees, 4, async (entry) => describe(world, entry, bases, sessionsIn(entry, trees, sessions)));
}

function sessionsIn({ path }: Entry, trees: readonly Entry[], sessions: readonly Occupant[]): Occupant[] {
  const nested = trees.filter((tree) => tree.path.startsWith(`${path}/`));
  return inside(path, sessions).filter((session) => nested.every((tree) => inside(tree.path, [session]).length === 0));
}

async function describe({ stateDir }: WorktreeContext, entry: Entry, bases: Bases, sessions: readonly Occupant[]): Promise<Overview> {
  const { path, branch } = entry;
  const unknown = { entry, changed: null, untracked: null, sync: null, sessions, bytes: entry.gone ? 0 : sizeBelow(path) };
  if (entry.gone) return { ...unknown, state: 'gone' };
  if (unfinishedAt(stateDir, path) && (await isHalfMade(entry))) return { ...unknown, state: 'unfinished' };
  const [status, sync, standing] = await Promise.all([
    git(path, 'status', '--porcelain', '-z', '--untracked-files=normal'),
    syncOf(path, branch, bases),
    branchStateOf(path, branch, bases),
  ]);
  const codes = parseStatus(status).map(([code]) => code);
  const untracked = codes.filter((code) => code === '??').length;
  return { ...unknown, state: stateOf(stateDir, entry, standing), changed: codes.length - untracked, untracked, sync };
}

function stateOf(stateDir: string, { path, locked }: Entry, standing: BranchState): State {
  if (unfinishedAt(stateDir, path)) return 'unfinished';
  return locked !== null && !isLeftByClient(locked) ? 'locked' : standing;
}
