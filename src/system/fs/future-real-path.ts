import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { hasCode, isMissing } from './fs-error.js';

/** Linux follows no more links on the way to a file. */
const MOST_LINKS = 40;

/**
 * The path with all links resolved. What does not exist yet is taken as it will be when it is made, also at the end of a link
 * that leads nowhere yet; and what we may not look at as it is spelled: whoever then uses it finds out, and can say what for.
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

/** Undefined for all that is no link. */
function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'EINVAL', 'EACCES', 'EPERM', 'ELOOP')) return undefined;
    throw error;
  }
}
