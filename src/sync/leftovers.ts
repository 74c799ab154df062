import { join } from 'node:path';
import { TEMPORARY_SUFFIX } from '../platform/atomic-write.js';
import type { SessionPaths } from '../session/paths.js';
import type { Files } from './files.js';
import { releaseStateLock } from './state-lock.js';

/**
 * Removes what killed processes have left of a session that has ended and is not merged yet: temporary files in its own
 * folders, and the lock of a state file. What an intent tells of goes with the intent, and is in none of these folders.
 */
export function removeLeftovers(files: Files, { root, base, stateLock }: SessionPaths): void {
  releaseStateLock(stateLock);
  for (const folder of [root, base]) {
    for (const name of files.list(folder)) if (name.endsWith(TEMPORARY_SUFFIX)) files.remove(join(folder, name));
  }
}
