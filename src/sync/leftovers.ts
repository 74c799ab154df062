import { join } from 'node:path';
import { TEMPORARY_SUFFIX } from '../platform/atomic-write.js';
import type { SessionPaths } from '../session/paths.js';
import type { Files } from './files.js';
import { releaseStateLock } from './state-lock.js';

/**
 * Removes what killed processes have left in the folders of a session that has ended and is not merged yet: temporary files
 * of which no intent tells, and the lock of a state file. What an intent tells of may be needed, and is not in these folders, save
 * for what came into the home: that goes with the intent.
 */
export function removeLeftovers(files: Files, { root, base, stateLock }: SessionPaths): void {
  releaseStateLock(stateLock);
  for (const folder of [root, base]) {
    for (const name of files.list(folder)) if (name.endsWith(TEMPORARY_SUFFIX)) files.remove(join(folder, name));
  }
}
