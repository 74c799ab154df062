import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { hasCode, isMissing, unlessMissing } from './fs-error.js';

/** The most links that Linux follows on the way to a file. */
const MOST_LINKS = 40;

/**
 * The path with all links resolved. A part that does not exist yet resolves to the path it will have once it is created, also at the
 * end of a link whose target does not exist yet. A path that this process may not look at is returned as it is spelled: the code that
 * uses it gets the error, and can report what the path was needed for.
 */
export function futureRealPath(path: string, links = 0): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'ELOOP')) return path;
    if (!isMissing(error) || path === dirname(path)) throw error;
    const place = join(futureRealPath(dirname(path), links), basename(path));
    const target = links < MOST_LINKS ? linkTarget(place) : undefined;
    return target === undefined ? place : futureRealPath(resolve(dirname(place), target), links + 1);
  }
}

/** Undefined when the path is not a link, or cannot be read as one. */
function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'EINVAL', 'EACCES', 'EPERM', 'ELOOP')) return undefined;
    throw error;
  }
}

/** The relative path from a folder to a path below it; undefined for the folder itself and for a path outside it. */
export function below(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : inside;
}

/**
 * The text of a file; undefined when there is no such file. Throws all other errors. It checks for the file first, because
 * most files that a launch asks for do not exist, and the check takes a tenth of the time that Node needs to make an error.
 */
export function readTextIfThere(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return unlessMissing(() => readFileSync(path, 'utf8'));
}

/**
 * A file of more bytes than this is neither read into memory nor copied: a merge needs several times the file's size, and no file
 * with settings, a plan or memory is that large.
 */
export const LARGE_BYTES = 64 * 1024 * 1024;

/** The size of a file, or of all files below a folder, in bytes. Does not follow links. 0 when nothing is at the path. */
export function sizeBelow(path: string): number {
  const stat = unlessMissing(() => lstatSync(path));
  if (!stat?.isDirectory()) return stat?.isFile() ? stat.size : 0;
  return (unlessMissing(() => readdirSync(path)) ?? []).reduce((sum, name) => sum + sizeBelow(join(path, name)), 0);
}
