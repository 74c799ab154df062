import { dirname } from 'node:path';
import type { Files } from '../system/files/files.js';

/**
 * Whether no change can be written to a shared file or folder, nor one be made there: its disk is read-only, or its folder is closed to
 * this user, as in the stores from which some programs link a user's settings.
 */
export function isReadOnly(files: Files, path: string): boolean {
  const target = files.realPath(path);
  if (files.kind(target) !== null && !files.canChange(target)) return true;
  let folder = dirname(target);
  while (files.kind(folder) === null && folder !== dirname(folder)) folder = dirname(folder);
  return !files.canChange(folder);
}
