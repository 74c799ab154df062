import { KnownError } from '../platform/errors.js';
import { git, tryGit } from './git.js';
import { lineOf } from './opened.js';

/** What a worktree begins with. */
export type Start =
  /** A branch that is there. */
  | { readonly kind: 'existing'; readonly branch: string }
  /** A new branch that follows one of a remote, `origin/x`. */
  | { readonly kind: 'remote'; readonly branch: string; readonly from: string }
  /** A new branch from a commit, in the words that it was asked for. */
  | { readonly kind: 'new'; readonly branch: string; readonly from: string };

/** Which branches of a name there are. */
interface Known {
  readonly local: boolean;
  /** Those of remotes, `origin/x`. */
  readonly remote: readonly string[];
  /** The remote that `checkout.defaultRemote` names. */
  readonly preferred: string | null;
}

/** The branch that a name means: `origin/x` is `x`. Throws `worktree-not-made` where it can be none. */
export async function branchNamed(cwd: string, name: string): Promise<string> {
  refuseOption(name, 'a branch');
  const branch = await withoutRemote(cwd, name);
  if (branch !== 'HEAD' && (await tryGit(cwd, ['check-ref-format', `refs/heads/${branch}`])).code === 0) return branch;
  throw new KnownError('worktree-not-made', `"${branch}" is no name for a branch`, 'git help check-ref-format tells which are');
}

/**
 * Decides what a worktree of `branch`, which was asked for as `name`, begins with. As for `git switch` that is a branch that is there,
 * else one of a remote, else a new one from `from`, or from what is checked out here. Throws `worktree-not-made`.
 */
export async function startOf(cwd: string, branch: string, name: string, from: string | undefined): Promise<Start> {
  if (from !== undefined) refuseOption(from, 'a commit');
  const known = await knownBranches(cwd, branch);
  const start = decide(branch, from, branch === name ? known : { ...known, remote: [name] });
  if (start.kind === 'new') await requireCommit(cwd, start.from);
  return start;
}

/** The decision itself. Throws `worktree-not-made`. */
export function decide(branch: string, from: string | undefined, { local, remote, preferred }: Known): Start {
  if (local && from !== undefined) throw new KnownError('worktree-not-made', `branch ${branch} exists already`, `leave out --from to check it out, or choose another name`);
  if (local) return { kind: 'existing', branch };
  if (from !== undefined) return { kind: 'new', branch, from };
  const wanted = preferred === null ? undefined : remote.find((each) => each === `${preferred}/${branch}`);
  const only = remote.length === 1 ? remote[0] : wanted;
  if (only !== undefined) return { kind: 'remote', branch, from: only };
  if (remote.length === 0) return { kind: 'new', branch, from: 'HEAD' };
  throw new KnownError('worktree-not-made', `several remotes have a branch ${branch}: ${remote.join(', ')}`, `say which: pclaudectl worktree add ${remote[0] ?? ''}`);
}

function refuseOption(value: string, what: string): void {
  if (value.startsWith('-') || value === '') throw new KnownError('worktree-not-made', `"${value}" is no name for ${what}`, 'one does not begin with a dash');
}

/** `origin/x` where that is a branch of a remote, and none of ours is called so. */
async function withoutRemote(cwd: string, name: string): Promise<string> {
  if ((await exists(cwd, `refs/heads/${name}`)) || !(await exists(cwd, `refs/remotes/${name}`))) return name;
  const remotes = lineOf(await git(cwd, 'remote')).split('\n');
  const remote = remotes.filter((each) => name.startsWith(`${each}/`)).toSorted((one, other) => other.length - one.length)[0];
  return remote === undefined ? name : name.slice(remote.length + 1);
}

async function knownBranches(cwd: string, branch: string): Promise<Known> {
  const remotes = lineOf(await git(cwd, 'remote')).split('\n').filter((name) => name !== '');
  const candidates = remotes.map((remote) => `${remote}/${branch}`);
  const there = await Promise.all(candidates.map(async (name) => exists(cwd, `refs/remotes/${name}`)));
  const preferred = await tryGit(cwd, ['config', '--get', 'checkout.defaultRemote']);
  return {
    local: await exists(cwd, `refs/heads/${branch}`),
    remote: candidates.filter((_, index) => there[index]),
    preferred: preferred.code === 0 ? lineOf(preferred.stdout) : null,
  };
}

async function exists(cwd: string, ref: string): Promise<boolean> {
  return (await tryGit(cwd, ['show-ref', '--verify', '--quiet', ref])).code === 0;
}

async function requireCommit(cwd: string, from: string): Promise<void> {
  if ((await commitOf(cwd, from)) !== null) return;
  const what = from === 'HEAD' ? 'there is no commit yet' : `there is no commit "${from}"`;
  throw new KnownError('worktree-not-made', what, from === 'HEAD' ? 'make the first one' : 'fetch it, or name another');
}

/** The whole name of a commit; null when there is none. */
export async function commitOf(cwd: string, name: string): Promise<string | null> {
  const { code, stdout } = await tryGit(cwd, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  return code === 0 ? lineOf(stdout) : null;
}
