import { askGit, tryGit } from '../../system/git/run.js';
import type { Bases } from '../repository.js';
import { isContained } from './unsaved-work.js';

/** The state of the branch of a worktree, compared with the bases. */
export type BranchState =
  /** Other branches are merged into it. */
  | 'base'
  /** No branch is checked out. */
  | 'detached'
  /** It has nothing that the bases lack, and HEAD has not moved since the worktree was created. */
  | 'new'
  /** It has nothing that the bases lack, and HEAD has moved. */
  | 'merged'
  | 'open';

/** The branch state of a working tree; `branch` is null when HEAD is detached. */
export async function branchStateOf(root: string, branch: string | null, bases: Bases): Promise<BranchState> {
  if (branch === null) return 'detached';
  if (bases.includes(`refs/heads/${branch}`)) return 'base';
  if (bases.length === 0 || !(await isMerged(root, bases))) return 'open';
  return (await hasMoved(root)) ? 'merged' : 'new';
}

async function isMerged(root: string, bases: Bases): Promise<boolean> {
  const answers = await Promise.all(bases.map(async (base) => (await isAncestor(root, base)) || isContained(root, base)));
  return answers.some(Boolean);
}

/** Whether HEAD is an ancestor of another commit. */
async function isAncestor(root: string, of: string): Promise<boolean> {
  return (await tryGit(root, ['merge-base', '--is-ancestor', 'HEAD', of])).code === 0;
}

/** Each worktree has its own reflog of HEAD. */
async function hasMoved(root: string): Promise<boolean> {
  const commits = (await askGit(root, 'reflog', 'show', '--format=%H', 'HEAD', '--')) ?? '';
  return new Set(commits.split('\n')).size > 1;
}

/** How many commits HEAD is ahead of and behind another branch. */
export interface Sync {
  readonly with: string;
  readonly ahead: number;
  readonly behind: number;
}

/** Compares HEAD with the upstream of the branch, else with the first base; null if there is neither. */
export async function syncOf(root: string, branch: string | null, bases: Bases): Promise<Sync | null> {
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
