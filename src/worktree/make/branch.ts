import { askGit, git, lineOf, tryGit } from '../../system/git/run.js';
import { notMade } from '../unfinished.js';

/** What a new worktree starts from. */
export type StartPoint =
  /** An existing branch. */
  | { readonly kind: 'existing'; readonly branch: string }
  /** A new branch that tracks a remote branch, `origin/x`. */
  | { readonly kind: 'remote'; readonly branch: string; readonly from: string }
  /** A new branch at a commit; `from` is the commit as the user named it, or `HEAD`. */
  | { readonly kind: 'new'; readonly branch: string; readonly from: string };

/** The existing branches of one name. */
interface Known {
  readonly local: boolean;
  /** Remote branches, `origin/x`. */
  readonly remote: readonly string[];
  /** The remote that `checkout.defaultRemote` names. */
  readonly preferred: string | null;
}

/**
 * Resolves a name to a branch: `origin/x` means `x` if that remote branch exists and no local branch is called `origin/x`. Throws
 * `worktree-not-made` if the result is not a valid branch name.
 */
export async function branchNamed(cwd: string, name: string): Promise<string> {
  refuseOption(name, 'a branch');
  const refs = await refsOf(cwd, `refs/heads/${name}`, `refs/remotes/${name}`);
  const branch = refs.includes(`refs/heads/${name}`) || refs.length === 0 ? name : await withoutRemote(cwd, name);
  if (branch !== 'HEAD' && (await tryGit(cwd, ['check-ref-format', `refs/heads/${branch}`])).code === 0) return branch;
  throw notMade(`"${branch}" is no name for a branch`, 'git help check-ref-format tells which are');
}

/**
 * Decides what a worktree of `branch` starts from; `name` is the branch as the user named it. As in `git switch`, that is the existing
 * branch, else a remote branch, else a new branch at `from` or at `HEAD`. Throws `worktree-not-made`.
 */
export async function startPointOf(cwd: string, branch: string, name: string, from: string | undefined): Promise<StartPoint> {
  if (from !== undefined) refuseOption(from, 'a commit');
  const known = await knownBranches(cwd, branch);
  const start = decide(branch, from, branch === name ? known : { ...known, remote: [name] });
  if (start.kind === 'new') await requireCommit(cwd, start.from);
  return start;
}

/** The rules of `startPointOf`, without git. Throws `worktree-not-made`. */
export function decide(branch: string, from: string | undefined, { local, remote, preferred }: Known): StartPoint {
  if (local && from !== undefined)
    throw notMade(`branch ${branch} exists already`, 'leave out --from to check it out, or choose another name');
  if (local) return { kind: 'existing', branch };
  if (from !== undefined) return { kind: 'new', branch, from };
  const wanted = preferred === null ? undefined : remote.find((each) => each === `${preferred}/${branch}`);
  const only = remote.length === 1 ? remote[0] : wanted;
  if (only !== undefined) return { kind: 'remote', branch, from: only };
  if (remote.length === 0) return { kind: 'new', branch, from: 'HEAD' };
  throw notMade(`several remotes have a branch ${branch}: ${remote.join(', ')}`, `say which: pclaudectl worktree add ${remote[0] ?? ''}`);
}

function refuseOption(value: string, what: string): void {
  if (value.startsWith('-') || value === '') throw notMade(`"${value}" is no name for ${what}`, 'one does not begin with a dash');
}

/** Removes the remote from a name. Names of remotes may contain slashes, so the longest match counts. */
async function withoutRemote(cwd: string, name: string): Promise<string> {
  const remotes = lineOf(await git(cwd, 'remote'))
    .split('\n')
    .filter((remote) => name.startsWith(`${remote}/`));
  const longest = remotes.toSorted((one, other) => other.length - one.length)[0];
  return longest === undefined ? name : name.slice(longest.length + 1);
}

async function knownBranches(cwd: string, branch: string): Promise<Known> {
  const refs = await refsOf(cwd, `refs/heads/${branch}`, `refs/remotes/*/${branch}`);
  const remote = refs.filter((ref) => ref.startsWith('refs/remotes/')).map((ref) => ref.slice('refs/remotes/'.length));
  const preferred = remote.length > 1 ? await askGit(cwd, 'config', '--get', 'checkout.defaultRemote') : null;
  return { local: refs.includes(`refs/heads/${branch}`), remote, preferred };
}

/** The refs of these names that exist; `*` matches one component. `git for-each-ref` would also list all refs below a name. */
async function refsOf(cwd: string, ...names: readonly string[]): Promise<string[]> {
  const refs = (await askGit(cwd, 'for-each-ref', '--format=%(refname)', ...names)) ?? '';
  return refs.split('\n').filter((ref) => names.some((name) => name === ref || isMatch(name, ref)));
}

function isMatch(pattern: string, ref: string): boolean {
  const [before, after] = pattern.split('*');
  if (before === undefined || after === undefined || !ref.startsWith(before) || !ref.endsWith(after)) return false;
  return !ref.slice(before.length, -after.length).includes('/');
}

async function requireCommit(cwd: string, from: string): Promise<void> {
  if ((await commitOf(cwd, from)) !== null) return;
  const what = from === 'HEAD' ? 'there is no commit yet' : `there is no commit "${from}"`;
  throw notMade(what, from === 'HEAD' ? 'make the first one' : 'fetch it, or name another');
}

/** The full hash of a commit; null if there is none. */
export async function commitOf(cwd: string, name: string): Promise<string | null> {
  return askGit(cwd, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
}
