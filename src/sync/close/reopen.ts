import { join } from 'node:path';
import { copyTree, copyWithBase } from '../../session/home/copy-tree.js';
import { sharedPath } from '../../client/shared-dir.js';
import { isDiscarded, type Manifest, writeManifest } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { forgotten } from '../gc/forget-secrets.js';
import { cleanUp } from './clean-up.js';

/**
 * Opens a closed session again: a background job of it goes on, and what that writes is to be merged as before. The caller
 * holds the session's lock. Returns the manifest as it is then. Nothing is done for a session that is open, and for one that
 * was discarded: what that holds must not be merged. The mark comes first and the manifest last, so that what a crash leaves
 * is a closed session, which the next launch tidies. Throws the system's errors, and leaves the same then.
 */
export function reopenSession(files: Files, session: Session): Manifest {
  const { paths, manifest } = session;
  const { state, sync, memoryFolder } = manifest;
  if (state.name === 'open' || isDiscarded(manifest)) return manifest;
  // A crash may have come between the closing and this.
  cleanUp(files, session);
  files.append(paths.openMark, '');
  if (sync === 'exit' && memoryFolder !== null) {
    // How it ends is to be decided once more; and what it holds back is a copy of what is shared by now.
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
