import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isMissing } from './fs-error.js';

/** The path with all links resolved; what does not exist yet is taken as it will be when it is made. */
export function futureRealPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (!isMissing(error) || path === dirname(path)) throw error;
    return join(futureRealPath(dirname(path)), basename(path));
  }
}
