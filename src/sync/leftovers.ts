import { join } from 'node:path';
import { STATE_FILE } from '../layout/shared-dir.js';
import { TEMPORARY_SUFFIX } from '../platform/atomic-write.js';
import type { SessionPaths } from '../session/paths.js';
import type { Files } from './files.js';
import { releaseStateLock, removeStateLock } from './state-lock.js';

/**
 * Removes what killed processes have left of a session that has ended and is not merged yet: temporary files in its own
 * folders, and the locks of state files: the one they have noted, and, noted or not, that of its own. What an intent tells of goes with the intent, and is in none of these folders.
 */
export function removeLeftovers(files: Files, { root, home, base, stateLock }: SessionPaths): void {
  releaseStateLock(stateLock);
  if (files.kind(home) === 'folder') removeStateLock(join(home, STATE_FILE));
  for (const folder of [root, base]) {
    for (const name of files.list(folder)) if (name.endsWith(TEMPORARY_SUFFIX)) files.remove(join(folder, name));
  }
}
