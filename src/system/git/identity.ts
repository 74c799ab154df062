import { resolve } from 'node:path';
import { fingerprint } from '../fingerprint.js';
import { commonDirOf, gitDirToFetch, topOf } from './git-dir.js';
import { originUrl } from './origin.js';
import { readRemote } from './remote-url.js';
import type { Repository } from './repository.js';

/** The repository and working tree of a session. Sessions compare them to find others that work on the same. */
export interface RepositoryIdentity {
  /** Equal in all working trees and all clones of one repository. It is safe in a file name, and reveals nothing of a URL. */
  readonly key: string;
  /** The top of the working tree, real path. */
  readonly worktree: string;
}

/**
 * Reads the configuration of the repository, and of the repositories on this machine that it was cloned from. Never fails:
 * unreadable git files count as missing. Clones are recognised by their `origin`, so a fork and its original are two
 * repositories.
 */
export function identityOf({ root, commonDir }: Repository): RepositoryIdentity {
  return { key: fingerprint(sourceOf(commonDir)), worktree: root };
}

/** `clones`: the common dirs that were followed to this one; two repositories may name each other as `origin`. */
function sourceOf(commonDir: string, clones: readonly string[] = []): string {
  const url = originUrl(commonDir);
  if (url === undefined || clones.includes(commonDir)) return commonDir;
  const remote = readRemote(url);
  if (remote.kind === 'elsewhere') return remote.name;
  const path = resolve(topOf(commonDir), remote.path);
  const gitDir = gitDirToFetch(path);
  // A repository that was removed still identifies all clones of it.
  return gitDir === undefined ? path : sourceOf(commonDirOf(gitDir).commonDir, [...clones, commonDir]);
}
