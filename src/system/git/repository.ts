import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commonDirOf, gitDirAt, readGitFile, topOf } from './git-dir.js';

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
