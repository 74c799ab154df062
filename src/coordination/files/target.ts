import { type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../system/errors.js';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import { unlessMissing } from '../../system/fs/unless-missing.js';

/** A file that is to be written. */
export interface Target {
  /** As it was named, absolute. */
  readonly named: string;
  /** Where it is, or will be, behind all links. */
  readonly path: string;
}

/**
 * Finds the file that a shell would write to. Throws `path-unusable` for all that is no plain file, and where its folder is
 * missing: a file that takes the place of `/dev/null` would be a mishap.
 */
export function targetOf(name: string): Target {
  if (name === '') throw unusable('an empty name is no file', 'name a file');
  const named = resolve(name);
  const path = futureRealPath(named);
  const stat = statOf(path);
  if (name.endsWith('/') || stat?.isDirectory()) throw unusable(`${named} is no file`, 'name a file');
  if (stat && !stat.isFile()) throw unusable(`${named} is no plain file`, 'write to it with a redirect of the shell');
  if (statOf(dirname(path))?.isDirectory() !== true) throw unusable(`${dirname(path)} is no folder`, 'make it first');
  return { named, path };
}

function unusable(what: string, hint: string): UserError {
  return new UserError('path-unusable', what, hint);
}

/** Undefined when nothing is there. */
export function statOf(path: string): Stats | undefined {
  return unlessMissing(() => statSync(path));
}
