import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { hasCode, isMissing } from './fs-error.js';

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
