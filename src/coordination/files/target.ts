import { type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../system/errors.js';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import { unlessMissing } from '../../system/fs/unless-missing.js';

/** A file to write. */
export interface Target {
  /** The absolute path, as it was named. */
  readonly named: string;
  /** The real path that the file has or will have. */
  readonly path: string;
}

/**
 * Finds the file to which a shell would write. Throws `path-unusable` if it is not a regular file, or if its folder is missing: a file in
 * place of `/dev/null` would break other programs.
 */
export function targetOf(name: string): Target {
  if (name === '') throw unusable('an empty name is not a file', 'name a file');
  const named = resolve(name);
  const path = futureRealPath(named);
  const stat = statOf(path);
  if (name.endsWith('/') || stat?.isDirectory()) throw unusable(`${named} is not a file`, 'name a file');
  if (stat && !stat.isFile()) throw unusable(`${named} is not a regular file`, 'write to it with a redirect of the shell');
  if (statOf(dirname(path))?.isDirectory() !== true) throw unusable(`${dirname(path)} is not a folder`, 'make it first');
  return { named, path };
}

function unusable(what: string, hint: string): UserError {
  return new UserError('path-unusable', what, hint);
}

/** Returns undefined when nothing exists at the path. */
export function statOf(path: string): Stats | undefined {
  return unlessMissing(() => statSync(path));
}
