import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { reasonOf } from '../fs/fs-error.js';
import { futureRealPath } from '../fs/future-real-path.js';
import { readTextIfThere } from '../fs/read-text.js';

/** The git dir of the working tree whose top this is: `.git`, or the folder that a file of this name leads to. */
export function gitDirAt(root: string): string | undefined {
  const path = join(root, '.git');
  const stat = unlessRefused(() => statSync(path, { throwIfNoEntry: false }));
  if (stat === undefined || stat.isDirectory()) return stat && path;
  const link = /^gitdir: (.+)$/m.exec(readGitFile(path))?.[1];
  return link === undefined ? undefined : resolve(root, link.trim());
}

/** What a git dir shares with others, real path: a linked working tree's names it in `commondir`; all others share themselves. */
export function commonDirOf(gitDir: string): { readonly commonDir: string; readonly isLinked: boolean } {
  const common = readGitFile(join(gitDir, 'commondir')).trim();
  return { commonDir: futureRealPath(resolve(gitDir, common)), isLinked: common !== '' };
}

/** Where the main working tree of a repository is; a bare one itself. */
export function topOf(commonDir: string): string {
  return basename(commonDir) === '.git' ? dirname(commonDir) : commonDir;
}

/** The git dir that a path leads to which git would fetch from: a working tree, or a bare repository, also without its `.git`. */
export function gitDirToFetch(path: string): string | undefined {
  return [path, `${path}.git`].map((place) => gitDirAt(place) ?? (isGitDir(place) ? place : undefined)).find((found) => found !== undefined);
}

/** The text of a small file of git's; empty where there is none, or none that we may read. */
export function readGitFile(path: string): string {
  return unlessRefused(() => readTextIfThere(path)) ?? '';
}

function isGitDir(path: string): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => unlessRefused(() => statSync(join(path, name), { throwIfNoEntry: false })) !== undefined);
}

/** Undefined where the system refuses. */
function unlessRefused<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
    return undefined;
  }
}
