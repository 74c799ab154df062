import { join } from 'node:path';
import { STATE_FILE } from '../../client/shared-dir.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { TEMPORARY_SUFFIX } from '../../system/fs/atomic-write.js';
import { preparedStateQueue } from '../locks/locks.js';
import { releaseStateLock, removeStateLock } from '../locks/state-lock.js';

/**
 * Removes what killed processes left of a session that has ended and is not merged yet: temporary files in its own folders, and the locks
 * of two state files, the shared one and its own. Temporary files that an intent names are in none of these folders; they are removed with
 * the intent.
 */
export function removeLeftovers(files: Files, { stateDir, paths: { root, home, base }, manifest: { shared } }: Session): void {
  releaseStateLock(shared.stateFile, preparedStateQueue(files, stateDir, shared.dir));
  if (files.kind(home) === 'folder') removeStateLock(join(home, STATE_FILE));
  for (const folder of [root, base]) {
    for (const name of files.list(folder)) if (name.endsWith(TEMPORARY_SUFFIX)) files.remove(join(folder, name));
  }
}
