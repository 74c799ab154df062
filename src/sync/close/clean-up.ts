import { hookSocketPlaces } from '../../session/hook-socket.js';
import { isDiscarded } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import { closeNotes } from './close-notes.js';
import type { Files } from '../../system/files/files.js';

/**
 * Removes what is not needed of a closed session; of one that was discarded all stays. The base of its home stays, for
 * what something that it left running may still write there. The mark goes last: where it stands, this is done again.
 */
export function cleanUp(files: Files, session: Session): void {
  const { paths, manifest } = session;
  closeNotes(files, session);
  if (!isDiscarded(manifest)) files.removeFolder(paths.unverified);
  for (const socket of hookSocketPlaces(paths, process.env)) files.remove(socket);
  files.remove(paths.openMark);
}
