import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasCode, isMissing } from './fs-error.js';

/**
 * Makes a folder (0700) and the folders above it, and returns whether the folder was missing. Other processes may make any
 * of them at the same moment. Node's own recursive `mkdir` reports a read-only disk as a missing file, so it cannot be used
 * when the reason is reported to the user.
 */
export function makeFolder(folder: string): boolean {
  try {
    return makeOne(folder);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || dirname(folder) === folder) throw error;
    makeFolder(dirname(folder));
    return makeOne(folder);
  }
}

function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (!isFolder(folder)) throw error;
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
