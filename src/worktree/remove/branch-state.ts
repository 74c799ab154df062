import { askGit, tryGit } from '../../system/git/run.js';
import type { Entry, OpenedRepository } from '../repository.js';

/** Full names of the refs that branches of this repository are merged into. */
export type Bases = readonly string[];

/**
 * The default branch of each remote, the local branch of the same name, and the branch that is checked out in the main working tree. If no
 * remote has a default branch: `main` and `master`, as far as they exist.
 */
export async function findBases({ commonDir }: OpenedRepository, entries: readonly Entry[]): Promise<Bases> {
  const defaults = (await linesOf(commonDir, '--format=%(symref)', 'refs/remotes/*/HEAD')).filter((ref) => ref !== '');
  const names = defaults.map((ref) => ref.replace(/^refs\/remotes\/[^/]+\//, ''));
  const local = names.length > 0 ? names : ['main', 'master'];
  const main = entries.find(({ kind }) => kind !== 'linked')?.branch ?? null;
  const wanted = [...local, ...(main === null ? [] : [main])].map((name) => `refs/heads/${name}`);
  return [...new Set([...(await linesOf(commonDir, '--format=%(refname)', ...wanted)).filter((ref) => wanted.includes(ref)), ...defaults])];
}

/** What `git for-each-ref` prints, by line. */
async function linesOf(cwd: string, ...args: readonly string[]): Promise<string[]> {
  return ((await askGit(cwd, 'for-each-ref', ...args)) ?? '').split('\n');
}

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

/**
 * Whether a merge of HEAD into `base` would change nothing. That is so after a squash or a rebase, which create other commits with the same
 * content. Before git 2.38 always false.
 */
export async function isContained(root: string, base: string): Promise<boolean> {
  const merged = await askGit(root, 'merge-tree', '--write-tree', base, 'HEAD');
  return merged !== null && merged === (await askGit(root, 'rev-parse', '--verify', '--quiet', `${base}^{tree}`));
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
