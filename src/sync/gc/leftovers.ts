import { join } from 'node:path';
import { STATE_FILE } from '../../client/shared-dir.js';
import { TEMPORARY_SUFFIX } from '../../system/fs/atomic-write.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { stateTurn } from '../locks/shared-lock.js';
import { releaseStateLock, removeStateLock } from '../locks/state-lock.js';

/**
 * Removes what killed processes have left of a session that has ended and is not merged yet: temporary files in its own
 * folders, and locks of state files, of the shared one and of its own. What an intent tells of goes with the intent, and is in
 * none of these folders.
 */
export function removeLeftovers(files: Files, { stateDir, paths: { root, home, base }, manifest: { shared } }: Session): void {
  releaseStateLock(shared.stateFile, stateTurn(files, stateDir, shared.dir));
  if (files.kind(home) === 'folder') removeStateLock(join(home, STATE_FILE));
  for (const folder of [root, base]) {
    for (const name of files.list(folder)) if (name.endsWith(TEMPORARY_SUFFIX)) files.remove(join(folder, name));
  }
}
