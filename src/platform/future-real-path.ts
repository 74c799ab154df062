import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { hasCode, isMissing } from './fs-error.js';

/**
 * The path with all links resolved. What does not exist yet is taken as it will be when it is made, and what we may not
 * look at as it is spelled: whoever then uses it finds out, and can say what for.
 */
export function futureRealPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'ELOOP')) return path;
    if (!isMissing(error) || path === dirname(path)) throw error;
    return join(futureRealPath(dirname(path)), basename(path));
  }
}
