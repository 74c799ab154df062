import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { askGit, git, lineOf, records, tryGit } from '../../system/git/run.js';
import { count } from '../../system/text.js';
import { changedCopies } from '../copies.js';
import { type Bases, isContained } from './branch-state.js';

/** The contents of a working tree that would be missed if its folder were deleted. All paths are relative to it. */
export interface TreeState {
  /** Tracked files that differ from the commit. */
  readonly changed: readonly string[];
  /** Files, or folders of such files, that git neither tracks nor ignores. */
  readonly untracked: readonly string[];
  /** Ignored files that were copied in when the worktree was created, and that have been changed. */
  readonly copied: readonly string[];
  /** The number of commits that are on no remote and in none of the bases. */
  readonly unsaved: number;
  /** The branch that keeps these commits; null when HEAD is detached. */
  readonly branch: string | null;
  readonly head: string | null;
  /** The number of stashes that were made on its branch. */
  readonly stashes: number;
  /** An operation that was begun and not completed, such as a rebase. */
  readonly operation: string | null;
  /** The same for its submodules, by path. */
  readonly submodules: readonly (readonly [path: string, state: TreeState])[];
}

/** Reads the state of a working tree, and changes nothing. Throws `git-failed`. */
export async function treeStateOf(root: string, bases: Bases): Promise<TreeState> {
  const branch = await askGit(root, 'symbolic-ref', '--quiet', '--short', 'HEAD');
  const head = await askGit(root, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
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

async function statusOf(root: string): Promise<Pick<TreeState, 'changed' | 'untracked'>> {
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

/** Commits of the worktree's own branch count until a remote or a base has them, although the branch outlives the worktree. */
async function unsavedIn(root: string, branch: string | null, bases: Bases): Promise<number> {
  const others = bases.filter((base) => base !== `refs/heads/${branch ?? ''}`);
  const elsewhere = ['--remotes', ...(branch === null ? ['--branches', '--tags'] : []), ...others];
  const commits = Number(lineOf(await git(root, 'rev-list', '--count', 'HEAD', '--not', ...elsewhere)));
  if (commits === 0) return 0;
  return (await Promise.all(others.map(async (base) => isContained(root, base)))).some(Boolean) ? 0 : commits;
}

/** All worktrees share the stashes; git writes the branch into the subject of each. */
async function stashesOn(root: string, branch: string | null): Promise<number> {
  const { code, stdout } = await tryGit(root, ['stash', 'list', '-z', '--format=%gs']);
  const name = branch ?? '(no branch)';
  return code === 0
    ? records(stdout).filter((subject) => subject.startsWith(`On ${name}: `) || subject.startsWith(`WIP on ${name}: `)).length
    : 0;
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

/** The submodules that are checked out. Git deletes their repositories with the worktree. */
async function submodulesIn(root: string): Promise<TreeState['submodules']> {
  const paths = (await submodulePaths(root)).filter((path) => existsSync(join(root, path, '.git')));
  return Promise.all(paths.map(async (path) => [path, await submoduleState(join(root, path))] as const));
}

/** The submodules of a working tree, checked out or not, by their path in it. Throws `git-failed`. */
export async function submodulePaths(root: string): Promise<string[]> {
  const links = records(await git(root, 'ls-files', '-z', '--stage')).filter((record) => record.startsWith('160000 '));
  return links.map((record) => record.slice(record.indexOf('\t') + 1));
}

/** Counts the commits of all branches and all stashes, because the repository of a submodule is deleted with the worktree. */
async function submoduleState(root: string): Promise<TreeState> {
  const state = await treeStateOf(root, []);
  const unsaved =
    state.head === null ? 0 : Number(lineOf(await git(root, 'rev-list', '--count', 'HEAD', '--branches', '--not', '--remotes')));
  const { stdout } = await tryGit(root, ['stash', 'list', '-z', '--format=%gs']);
  return { ...state, branch: null, unsaved, stashes: records(stdout).length };
}

/** Work that a removal would delete, or leave where it is easily overlooked. */
export interface UnsavedWork {
  readonly kind: 'changed' | 'untracked' | 'copied' | 'commits' | 'stashes' | 'operation';
  /** A phrase for a message, without the name of the worktree. */
  readonly text: string;
  /** Whether it is deleted with the folder. Commits stay on their branch, stashes in the repository. */
  readonly lost: boolean;
}

/** All unsaved work in a working tree and its submodules; empty if all of it exists elsewhere. */
export function unsavedWorkIn(state: TreeState): UnsavedWork[] {
  return [
    ...ownUnsavedWork(state),
    ...state.submodules.flatMap(([path, inside]) => unsavedWorkIn(inside).map((work) => inSubmodule(path, work))),
  ];
}

function ownUnsavedWork({ changed, untracked, copied, unsaved, branch, head, stashes, operation }: TreeState): UnsavedWork[] {
  const where = branch === null ? `, the last ${head?.slice(0, 12) ?? ''}` : ` on ${branch}`;
  const all: readonly (UnsavedWork & { readonly there: boolean })[] = [
    { there: changed.length > 0, kind: 'changed', text: `${count(changed.length, 'changed file')} (${some(changed)})`, lost: true },
    {
      there: untracked.length > 0,
      kind: 'untracked',
      text: `${count(untracked.length, 'untracked file')} (${some(untracked)})`,
      lost: true,
    },
    {
      there: copied.length > 0,
      kind: 'copied',
      text: `${count(copied.length, 'copied file')} changed since (${some(copied)})`,
      lost: true,
    },
    { there: unsaved > 0, kind: 'commits', text: `${count(unsaved, 'commit')} neither pushed nor merged${where}`, lost: branch === null },
    { there: stashes > 0, kind: 'stashes', text: `${count(stashes, 'stash', 'stashes')} made on ${branch ?? 'no branch'}`, lost: false },
    { there: operation !== null, kind: 'operation', text: `a ${operation ?? ''} that is not ended`, lost: true },
  ];
  return all.filter(({ there }) => there).map(({ kind, text, lost }) => ({ kind, text, lost }));
}

/** Git deletes the repositories of submodules with the worktree. */
function inSubmodule(path: string, { kind, text }: UnsavedWork): UnsavedWork {
  return { kind, text: `${text} in the submodule ${path}`, lost: true };
}

/** The first few paths. A name with a line break must not look like two lines. */
function some(paths: readonly string[]): string {
  const named = paths.slice(0, 3).map((path) => path.replaceAll(/\p{Cc}/gu, '?'));
  return [...named, ...(paths.length > named.length ? ['…'] : [])].join(', ');
}
