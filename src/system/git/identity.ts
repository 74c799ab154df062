import { resolve } from 'node:path';
import { fingerprint } from '../fingerprint.js';
import { commonDirOf, gitDirToFetch, topOf } from './git-dir.js';
import { originUrl } from './origin.js';
import { readRemote } from './remote-url.js';
import type { Repository } from './repository.js';

/** What a session works on, so that sessions can tell who works on the same. */
export interface RepositoryIdentity {
  /** The same in all working trees and all clones of one repository; fit for the name of a file, and tells nothing of a URL. */
  readonly key: string;
  /** The top of the working tree, real path. */
  readonly worktree: string;
}

/**
 * Reads the repository's configuration, and that of the repositories on this machine that it was cloned from; never fails.
 * Clones are known by their `origin`, so those of a fork and of what it was forked from are two repositories.
 */
export function identityOf({ root, commonDir }: Repository): RepositoryIdentity {
  return { key: fingerprint(sourceOf(commonDir)), worktree: root };
}

/** `clones`: those that have led here, since two may name each other. */
function sourceOf(commonDir: string, clones: readonly string[] = []): string {
  const url = originUrl(commonDir);
  if (url === undefined || clones.includes(commonDir)) return commonDir;
  const remote = readRemote(url);
  if (remote.kind === 'elsewhere') return remote.name;
  const path = resolve(topOf(commonDir), remote.path);
  const gitDir = gitDirToFetch(path);
  // What has gone is still the same to all that were cloned from it.
  return gitDir === undefined ? path : sourceOf(commonDirOf(gitDir).commonDir, [...clones, commonDir]);
}
