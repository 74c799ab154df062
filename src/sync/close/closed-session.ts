import { join } from 'node:path';
import { sharedPath } from '../../client/shared-dir.js';
import { copyTree, copyWithBase } from '../../session/home.js';
import { hookSocketPaths } from '../../session/hook-socket.js';
import { isDiscarded, type Manifest, writeManifest } from '../../session/manifest.js';
import type { SessionPaths } from '../../session/paths.js';
import type { Session } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import type { Files } from '../../system/files/files.js';
import { differencesIn } from '../collect/differences.js';
import { forgotten } from '../gc/forget.js';

/**
 * Removes what a closed session no longer needs. The unverified writes of a discarded session stay, and so does the base of each home,
 * because a process that the session left running may still write to the home. The open mark is removed last: while it exists, the next
 * launch runs this again.
 */
export function cleanUp(files: Files, session: Session): void {
  const { paths, manifest } = session;
  closeNotes(files, session);
  if (!isDiscarded(manifest)) files.removeFolder(paths.unverified);
  for (const socket of hookSocketPaths(paths, process.env)) if (files.kind(socket) !== null) files.remove(socket);
  files.remove(paths.openMark);
}

/**
 * Replaces the notes folder of a closed session with a link to the shared memory folder, because conversations go on naming its path.
 * Merged notes are removed. The notes of a discarded session, and notes that could not be merged, stay beside the link. May be run again,
 * also after a crash; a crash may leave nothing at the path until then.
 */
function closeNotes(files: Files, { paths, manifest }: Session): void {
  const { sync, memoryFolder } = manifest;
  if (sync !== 'exit' || memoryFolder === null) return;
  if (files.kind(paths.notes) === 'folder' && files.kind(paths.oldNotes) === null) files.rename(paths.notes, paths.oldNotes);
  if (files.kind(paths.notes) === null) {
    // The client creates folders with mkdir, which fails on a dangling link. If the folder cannot be created here, the client cannot write
    // to it either, so a failure is ignored.
    attempt(() => files.makeFolder(memoryFolder));
    files.symlink(memoryFolder, paths.notes);
  }
  if (isDiscarded(manifest)) return;
  if (hasUnmergedNotes(files, paths)) return;
  for (const folder of [paths.oldNotes, paths.notesBase]) files.removeFolder(folder);
}

/** Whether some of the notes could not be merged: this folder then has their only copy. */
function hasUnmergedNotes(files: Files, { oldNotes, notesBase }: SessionPaths): boolean {
  return [...differencesIn(files, { place: '', ours: oldNotes, base: notesBase, target: '' })].some(
    ({ kind }) => kind !== 'changed' && kind !== 'removed',
  );
}

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
