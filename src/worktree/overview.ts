import { bounded } from '../system/attempt.js';
import { sizeBelow } from '../system/fs/paths.js';
import { askGit, git } from '../system/git/run.js';
import type { WorktreeContext } from './context.js';
import { isHalfMade } from './make/half-made.js';
import { inside, isLeftByClient, type Occupant, runningSessions } from './occupants.js';
import { type Bases, type BranchState, branchStateOf, findBases } from './remove/branch-state.js';
import { parseStatus } from './remove/unsaved-work.js';
import { type Entry, listEntries, openRepository } from './repository.js';
import { unfinishedAt } from './unfinished.js';

/** A working tree as `pclaudectl worktree list` shows it. */
export interface Overview {
  readonly entry: Entry;
  readonly state: State;
  /** The numbers of changed and of untracked files; null if the folder is gone or half made. */
  readonly changed: number | null;
  readonly untracked: number | null;
  readonly distance: Distance | null;
  readonly sessions: readonly Occupant[];
  /** The total size of its files in bytes. */
  readonly bytes: number;
}

/** `gone`: the folder does not exist. `unfinished`: `worktree add` has not completed it. */
type State = 'gone' | 'unfinished' | 'locked' | BranchState;

/** All working trees of the repository, the main one first; a bare repository is not listed. Throws `no-repository`, `git-failed`. */
export async function overview(context: WorktreeContext): Promise<Overview[]> {
  const repository = await openRepository(context.cwd);
  const entries = await listEntries(repository);
  const bases = await findBases(repository, entries);
  const sessions = runningSessions(context);
  // A session in a nested working tree counts for the inner one only.
  const trees = entries.filter(({ kind }) => kind !== 'bare');
  return bounded(trees, 4, async (entry) => describe(context, entry, bases, sessionsIn(entry, trees, sessions)));
}

function sessionsIn({ path }: Entry, trees: readonly Entry[], sessions: readonly Occupant[]): Occupant[] {
  const nested = trees.filter((tree) => tree.path.startsWith(`${path}/`));
  return inside(path, sessions).filter((session) => nested.every((tree) => inside(tree.path, [session]).length === 0));
}

async function describe({ stateDir }: WorktreeContext, entry: Entry, bases: Bases, sessions: readonly Occupant[]): Promise<Overview> {
  const { path, branch } = entry;
  const unknown = { entry, changed: null, untracked: null, distance: null, sessions, bytes: entry.gone ? 0 : sizeBelow(path) };
  if (entry.gone) return { ...unknown, state: 'gone' };
  const mark = unfinishedAt(stateDir, path);
  if (mark && (await isHalfMade(entry))) return { ...unknown, state: 'unfinished' };
  const [status, distance, branchState] = await Promise.all([
    // As the user's own `git status`: submodules that git is configured to ignore do not count here.
    git(path, 'status', '--porcelain', '-z', '--untracked-files=normal'),
    distanceOf(path, branch, bases),
    branchStateOf(path, branch, bases),
  ]);
  const codes = parseStatus(status).map(([code]) => code);
  const untracked = codes.filter((code) => code === '??').length;
  return {
    ...unknown,
    state: mark ? 'unfinished' : isLocked(entry) ? 'locked' : branchState,
    changed: codes.length - untracked,
    untracked,
    distance,
  };
}

function isLocked({ locked }: Entry): boolean {
  return locked !== null && !isLeftByClient(locked);
}

/** How many commits HEAD is ahead of and behind another branch. */
interface Distance {
  readonly with: string;
  readonly ahead: number;
  readonly behind: number;
}

/** Compares HEAD with the upstream of the branch, else with the first base; null if there is neither. */
async function distanceOf(root: string, branch: string | null, bases: Bases): Promise<Distance | null> {
  const upstream = branch === null ? '' : ((await askGit(root, 'for-each-ref', '--format=%(upstream)', `refs/heads/${branch}`)) ?? '');
  const others = bases.filter((base) => base !== `refs/heads/${branch ?? ''}`);
  for (const ref of upstream === '' ? others : [upstream, ...others]) {
    // The upstream may have been deleted from the remote.
    const counts = await askGit(root, 'rev-list', '--left-right', '--count', `HEAD...${ref}`, '--');
    const [ahead, behind] = counts?.split('\t').map(Number) ?? [];
    if (ahead !== undefined && behind !== undefined) return { with: ref.replace(/^refs\/(?:heads|remotes)\//, ''), ahead, behind };
  }
  return null;
}
