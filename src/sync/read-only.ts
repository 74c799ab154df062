import { dirname } from 'node:path';
import type { Files } from '../system/files/files.js';

/**
 * Whether nothing that a session has changed can be put into the place of a shared file or folder, or be made there: its disk is
 * read-only, or the folder is closed to this user, as in the stores from which some programs link a person's settings.
 */
export function isReadOnly(files: Files, path: string): boolean {
  const target = files.realPath(path);
  if (files.kind(target) !== null && !files.canChange(target)) return true;
  let folder = dirname(target);
  while (files.kind(folder) === null && folder !== dirname(folder)) folder = dirname(folder);
  return !files.canChange(folder);
}
