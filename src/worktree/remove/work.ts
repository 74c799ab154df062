import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Bases } from '../bases.js';
import { changedCopies } from '../copied.js';
import { git, records, tryGit } from '../../system/git/run.js';
import { lineOf } from '../opened.js';

/** What is in a working tree, and would be missed when its folder goes. All paths are those in it. */
export interface Work {
  /** Files that git knows and that are not as they were committed. */
  readonly changed: readonly string[];
  /** Files, or folders of such, that git neither knows nor ignores. */
  readonly untracked: readonly string[];
  /** Files that git ignores, that were copied in when the worktree was made, and that have changed since. */
  readonly copied: readonly string[];
  /** Commits that are on no remote and in none of the bases. */
  readonly unsaved: number;
  /** Does a branch keep them? */
  readonly branch: string | null;
  readonly head: string | null;
  /** Stashes that were made on its branch. */
  readonly stashes: number;
  /** What was begun and not ended, such as a rebase. */
  readonly operation: string | null;
  /** The same of the submodules in it, by their path. */
  readonly submodules: readonly (readonly [path: string, work: Work])[];
}

/** Looks at a working tree, and changes nothing. Throws `git-failed`. */
export async function workIn(root: string, bases: Bases): Promise<Work> {
  const branch = await textOf(root, 'symbolic-ref', '--quiet', '--short', 'HEAD');
  const head = await textOf(root, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  const [{ changed, untracked }, copied, unsaved, stashes, operation, submodules] = await Promise.all([
    statusOf(root),
    changedCopies(root),
    head === null ? 0 : unsavedIn(root, branch, bases),
    stashesOn(root, branch),
    operationIn(root),
    submodulesIn(root),
  ]);
  return { changed, untracked, copied, unsaved, branch, head, stashes, operation, submodules };
}

async function statusOf(root: string): Promise<Pick<Work, 'changed' | 'untracked'>> {
  const entries = parseStatus(await git(root, 'status', '--porcelain', '-z', '--untracked-files=normal', '--ignore-submodules=none'));
  const paths = (wanted: (code: string) => boolean): string[] => entries.filter(([code]) => wanted(code)).map(([, path]) => path);
  return { changed: paths((code) => code !== '??'), untracked: paths((code) => code === '??') };
}

/** Reads `git status --porcelain -z`, in which the old name of a renamed file follows in a record of its own. */
export function parseStatus(output: string): (readonly [code: string, path: string])[] {
  const entries: (readonly [string, string])[] = [];
  const rest = records(output).values();
  for (const record of rest) {
    const code = record.slice(0, 2);
    entries.push([code, record.slice(3)]);
    if (/[RC]/.test(code)) rest.next();
  }
  return entries;
}

/** What a branch would keep when its worktree is gone counts as well, as long as nobody else has it. */
async function unsavedIn(root: string, branch: string | null, bases: Bases): Promise<number> {
  const others = bases.filter((base) => base !== `refs/heads/${branch ?? ''}`);
  const elsewhere = ['--remotes', ...(branch === null ? ['--branches', '--tags'] : []), ...others];
  const count = Number(lineOf(await git(root, 'rev-list', '--count', 'HEAD', '--not', ...elsewhere)));
  if (count === 0) return 0;
  return (await Promise.all(others.map(async (base) => isContained(root, base)))).some(Boolean) ? 0 : count;
}

/**
 * Would a merge of HEAD into `base` change nothing? So it is after a squash or a rebase, which leave other commits with the same
 * content. Before git 2.38 it cannot tell.
 */
export async function isContained(root: string, base: string): Promise<boolean> {
  const merged = await tryGit(root, ['merge-tree', '--write-tree', base, 'HEAD']);
  return merged.code === 0 && lineOf(merged.stdout) === (await textOf(root, 'rev-parse', '--verify', '--quiet', `${base}^{tree}`));
}

/** All worktrees share the stashes; git writes the branch into each. */
async function stashesOn(root: string, branch: string | null): Promise<number> {
  const { code, stdout } = await tryGit(root, ['stash', 'list', '-z', '--format=%gs']);
  const name = branch ?? '(no branch)';
  return code === 0 ? records(stdout).filter((subject) => subject.startsWith(`On ${name}: `) || subject.startsWith(`WIP on ${name}: `)).length : 0;
}

const OPERATIONS: readonly (readonly [file: string, name: string])[] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
];

async function operationIn(root: string): Promise<string | null> {
  const gitDir = resolve(root, lineOf(await git(root, 'rev-parse', '--git-dir')));
  return OPERATIONS.find(([file]) => existsSync(join(gitDir, file)))?.[1] ?? null;
}

/** Those that are checked out: with the worktree goes all that git keeps of them. */
async function submodulesIn(root: string): Promise<Work['submodules']> {
  const links = records(await git(root, 'ls-files', '-z', '--stage')).filter((record) => record.startsWith('160000 '));
  const paths = links.map((record) => record.slice(record.indexOf('\t') + 1)).filter((path) => existsSync(join(root, path, '.git')));
  return Promise.all(paths.map(async (path) => [path, await submoduleWork(join(root, path))] as const));
}

/** Its branches go with it, so all of their commits count, and all of its stashes. */
async function submoduleWork(root: string): Promise<Work> {
  const work = await workIn(root, []);
  const unsaved = work.head === null ? 0 : Number(lineOf(await git(root, 'rev-list', '--count', 'HEAD', '--branches', '--not', '--remotes')));
  const { stdout } = await tryGit(root, ['stash', 'list', '-z', '--format=%gs']);
  return { ...work, branch: null, unsaved, stashes: records(stdout).length };
}

/** What git printed; null when it said no. */
async function textOf(root: string, ...args: readonly string[]): Promise<string | null> {
  const { code, stdout } = await tryGit(root, args);
  return code === 0 ? lineOf(stdout) : null;
}
