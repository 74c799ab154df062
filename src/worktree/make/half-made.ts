import { existsSync, lstatSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { unlessMissing } from '../../system/fs/fs-error.js';
import { askGit, git, gitWith, lineOf, records, tryGit } from '../../system/git/run.js';
import type { Entry, OpenedRepository } from '../repository.js';
import { notMade, type Unfinished } from '../unfinished.js';
import { commitOf } from './branch.js';

/** The reason of git's own lock on a worktree that it is creating. */
const INITIALIZING = 'initializing';

/** Whether git was killed during the check-out, or the folder is gone. Git writes the index last, and then removes its lock. */
export async function isHalfMade(entry: Entry | undefined): Promise<boolean> {
  if (entry === undefined || entry.gone || entry.locked === INITIALIZING) return true;
  const gitDir = await askGit(entry.path, 'rev-parse', '--absolute-git-dir');
  return gitDir === null || !existsSync(join(gitDir, 'index'));
}

/**
 * Removes the remains of a killed `add`: git's entry, the folder, and the branch if it was created for the worktree and has not moved. The
 * caller holds the repository lock and has checked `isBeingMade`. Throws `worktree-not-made` if the folder contains files that git did not
 * write, and leaves these unchanged. Returns the commit that its deleted branch was at; null if the branch stays.
 */
export async function removeHalfMade(
  repository: OpenedRepository,
  unfinished: Unfinished,
  entry: Entry | undefined,
): Promise<string | null> {
  if (entry !== undefined && !entry.gone) refuseOthersFiles(entry.path, await filesOfOthers(entry));
  const branchWasAt = await discardMade(repository, unfinished, entry);
  refuseOthersFiles(unfinished.path, leftIn(unfinished.path));
  return branchWasAt;
}

/** Like `removeHalfMade`, for a worktree that cannot contain work. */
export async function discardMade(
  repository: OpenedRepository,
  { path, branch, madeAt }: Unfinished,
  entry: Entry | undefined,
): Promise<string | null> {
  if (entry?.locked === INITIALIZING) await tryGit(repository.commonDir, ['worktree', 'unlock', path]);
  if (entry !== undefined) await dropEntry(repository, entry);
  if (madeAt === null || (await commitOf(repository.commonDir, `refs/heads/${branch}`)) !== madeAt) return null;
  await git(repository.commonDir, 'branch', '--quiet', '-D', '--', branch);
  return madeAt;
}

/** Removes a working tree with all its files, or git's entry of one whose folder is gone. The caller has verified that no work is lost. */
export async function dropEntry({ commonDir }: OpenedRepository, { path, gone }: Entry): Promise<void> {
  if (!gone) return void (await git(commonDir, 'worktree', 'remove', '--force', '--', path));
  // Git refuses a folder that exists without its `.git` file.
  if ((await tryGit(commonDir, ['worktree', 'remove', '--force', '--', path])).code !== 0) await git(commonDir, 'worktree', 'prune');
}

/** The names in a folder that git does not list as a worktree, except `.git`. If there are none, deletes the folder. */
function leftIn(path: string): string[] {
  const names = unlessMissing(() => readdirSync(path));
  const others = (names ?? []).filter((name) => name !== '.git');
  if (names !== undefined && others.length === 0) {
    if (unlessMissing(() => lstatSync(join(path, '.git')))?.isFile() === true) rmSync(join(path, '.git'));
    if (unlessMissing(() => readdirSync(path))?.length === 0) rmdirSync(path);
  }
  return others;
}

/**
 * The files in an interrupted check-out that git did not write. Uses a separate index, because the missing index is what marks the
 * check-out as interrupted.
 */
async function filesOfOthers({ path }: Entry): Promise<string[]> {
  const index = join(lineOf(await git(path, 'rev-parse', '--absolute-git-dir')), 'pclaude-index');
  try {
    await gitWith({ index }, path, 'read-tree', 'HEAD');
    // The exit code only reports whether there are differences.
    await tryGit(path, ['update-index', '-q', '--refresh'], { index });
    const untracked = records(await gitWith({ index }, path, 'ls-files', '-z', '--others', '--exclude-standard'));
    const changed = records(await gitWith({ index }, path, 'diff-files', '-z', '--name-only', '--diff-filter=MT'));
    const written = await Promise.all(changed.map(async (name) => ((await isCutOff(path, name)) ? [] : [name])));
    return [...untracked, ...written.flat()];
  } finally {
    rmSync(index, { force: true });
  }
}

/** Whether git was killed while it wrote this file. */
async function isCutOff(path: string, name: string): Promise<boolean> {
  const file = join(path, name);
  if (!lstatSync(file).isFile()) return false;
  const whole = await tryGit(path, ['cat-file', '--filters', `HEAD:${name}`]);
  return whole.code === 0 && whole.stdout.startsWith(readFileSync(file, 'utf8').replace(/\uFFFD+$/, ''));
}

function refuseOthersFiles(path: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const some = names.slice(0, 3).join(', ');
  throw notMade(`${path} is there, and git does not know what is in it (${some})`, 'save what you need of it and remove the folder');
}
