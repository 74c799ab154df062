import { join } from 'node:path';
import { copyTree, copyWithBase } from '../../session/home/copy-tree.js';
import { sharedPath } from '../../client/shared-dir.js';
import { isDiscarded, type Manifest, writeManifest } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { forgotten } from '../gc/forget-secrets.js';
import { cleanUp } from './clean-up.js';

/**
 * Reopens a closed session, because a background job of it continues and its writes are to be merged as before. The caller holds the
 * session's locks. Returns the new manifest. Does nothing for a session that is open, or for a discarded one, whose content must not be
 * merged. The open mark is written first and the manifest last, so a crash leaves a closed session, which the next launch cleans up. Throws
 * the system's errors; the session is then left in the same state.
 */
export function reopenSession(files: Files, session: Session): Manifest {
  const { paths, manifest } = session;
  const { state, sync, memoryFolder } = manifest;
  if (state.name === 'open' || isDiscarded(manifest)) return manifest;
  // A crash may have interrupted the clean-up after the session was closed.
  cleanUp(files, session);
  files.append(paths.openMark, '');
  if (sync === 'exit' && memoryFolder !== null) {
    // The end of the session is decided anew, and its notes start as a copy of the memory that is shared now.
    files.remove(paths.ending);
    files.remove(paths.notes);
    copyTree(memoryFolder, paths.notes, paths.notesBase);
  }
  for (const name of forgotten(files, session)) {
    const [copy, base] = [join(paths.home, name), join(paths.homeBase, name)];
    files.remove(copy);
    copyWithBase(sharedPath(manifest.shared, name), copy, base);
  }
  const open: Manifest = { ...manifest, state: { name: 'open' } };
  writeManifest(paths.manifest, open);
  return open;
}
