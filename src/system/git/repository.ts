import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { reasonOf } from '../fs/fs-error.js';
import { futureRealPath, readTextIfThere } from '../fs/paths.js';

/** The repository of a folder. It is found by reading a few small files: starting git would double the time of a launch. */
export interface Repository {
  /** The root of the working tree that contains the folder, real path. */
  readonly root: string;
  /** The root of the main working tree, or the bare repository, that `root` is a worktree of; else `root` itself. */
  readonly mainRoot: string;
  /** The git dir that all working trees of the repository share, with its objects, branches and configuration. Real path. */
  readonly commonDir: string;
  /** The branch that is checked out; null when HEAD is detached. */
  readonly branch: string | null;
}

/** Undefined outside git. Unreadable git files count as no repository: the client still works, pclaude only knows less. */
export function findRepository(folder: string): Repository | undefined {
  for (let root = realpathSync.native(folder); ; root = dirname(root)) {
    const gitDir = gitDirAt(root);
    if (gitDir !== undefined) {
      const { commonDir, isLinked } = commonDirOf(gitDir);
      // The git dir of a submodule is inside that of the outer repository, so its path does not give the working tree.
      return { root, mainRoot: isLinked ? topOf(commonDir) : root, commonDir, branch: branchOf(gitDir) };
    }
    if (root === dirname(root)) return undefined;
  }
}

function branchOf(gitDir: string): string | null {
  return /^ref: refs\/heads\/(.+)$/m.exec(readGitFile(join(gitDir, 'HEAD')))?.[1] ?? null;
}

/** The git dir of the working tree with this root: the folder `.git`, or the folder that a file of that name points to. */
export function gitDirAt(root: string): string | undefined {
  const path = join(root, '.git');
  const stat = unlessRefused(() => statSync(path, { throwIfNoEntry: false }));
  if (stat === undefined || stat.isDirectory()) return stat && path;
  const link = /^gitdir: (.+)$/m.exec(readGitFile(path))?.[1];
  return link === undefined ? undefined : resolve(root, link.trim());
}

/**
 * The real path of the common dir of a git dir, which all working trees of a repository share. The git dir of a linked working tree
 * names it in `commondir`; any other git dir is its own common dir.
 */
export function commonDirOf(gitDir: string): { readonly commonDir: string; readonly isLinked: boolean } {
  const common = readGitFile(join(gitDir, 'commondir')).trim();
  return { commonDir: futureRealPath(resolve(gitDir, common)), isLinked: common !== '' };
}

/** The root of a repository's main working tree; for a bare repository the repository itself. */
export function topOf(commonDir: string): string {
  return basename(commonDir) === '.git' ? dirname(commonDir) : commonDir;
}

/** The text of one of git's small files; empty when it is missing or this process may not read it. */
export function readGitFile(path: string): string {
  return unlessRefused(() => readTextIfThere(path)) ?? '';
}

/** Undefined when the call fails with a system error. Throws all other errors. */
export function unlessRefused<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
    return undefined;
  }
}
