import { hookSocketPlaces } from '../../session/hook-socket.js';
import { isDiscarded } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import { closeNotes } from './close-notes.js';
import type { Files } from '../../system/files/files.js';

/**
 * Removes what a closed session no longer needs. The unverified writes of a discarded session stay, and so does the base of each home,
 * because a process that the session left running may still write to the home. The open mark is removed last: while it exists, the next
 * launch runs this again.
 */
export function cleanUp(files: Files, session: Session): void {
  const { paths, manifest } = session;
  closeNotes(files, session);
  if (!isDiscarded(manifest)) files.removeFolder(paths.unverified);
  for (const socket of hookSocketPlaces(paths, process.env)) files.remove(socket);
  files.remove(paths.openMark);
}
