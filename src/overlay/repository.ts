import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readTextIfThere } from '../platform/read-text.js';

/** Where a folder stands in git, found by reading a few small files: starting git would double the launch. */
export interface Repository {
  /** The root of the working tree that holds the folder, real path. */
  readonly root: string;
  /** The root of the main working tree, or the bare repository, that `root` is a worktree of; else `root` itself. */
  readonly mainRoot: string;
  /** The branch that is checked out; null when HEAD is detached. */
  readonly branch: string | null;
}

/** Undefined outside git. Unreadable git files count as no repository: the client then works, only less is known. */
export function findRepository(folder: string): Repository | undefined {
  for (let root = realpathSync.native(folder); ; root = dirname(root)) {
    const gitDir = gitDirOf(root);
    if (gitDir !== undefined) {
      return { root, mainRoot: mainRootOf(root, gitDir), branch: branchOf(gitDir) };
    }
    if (root === dirname(root)) return undefined;
  }
}

function gitDirOf(root: string): string | undefined {
  const path = join(root, '.git');
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isDirectory()) return stat && path;
  const link = /^gitdir: (.+)$/m.exec(readText(path))?.[1];
  return link === undefined ? undefined : resolve(root, link.trim());
}

/** A linked worktree's git dir names the common one in `commondir`; a submodule's has no such file. */
function mainRootOf(root: string, gitDir: string): string {
  const common = readText(join(gitDir, 'commondir')).trim();
  if (common === '') return root;
  const commonDir = realpathSync.native(resolve(gitDir, common));
  return basename(commonDir) === '.git' ? dirname(commonDir) : commonDir;
}

function branchOf(gitDir: string): string | null {
  return /^ref: refs\/heads\/(.+)$/m.exec(readText(join(gitDir, 'HEAD')))?.[1] ?? null;
}

function readText(path: string): string {
  return readTextIfThere(path) ?? '';
}
