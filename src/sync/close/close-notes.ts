import { isDiscarded } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import type { SessionPaths } from '../../session/paths.js';
import { differencesIn } from '../collect/differences.js';
import type { Files } from '../../system/files/files.js';

/**
 * Replaces the notes folder of a closed session with a link to the shared memory folder, because conversations go on naming its path.
 * Merged notes are removed. The notes of a discarded session, and notes that could not be merged, stay beside the link. May be run again,
 * also after a crash; a crash may leave nothing at the path until then.
 */
export function closeNotes(files: Files, { paths, manifest }: Session): void {
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
  if (isLeft(files, paths)) return;
  for (const folder of [paths.oldNotes, paths.notesBase]) files.removeFolder(folder);
}

/** Whether some of the notes could not be merged: this folder then has their only copy. */
function isLeft(files: Files, { oldNotes, notesBase }: SessionPaths): boolean {
  return [...differencesIn(files, { place: '', ours: oldNotes, base: notesBase, target: '' })].some(
    ({ kind }) => kind !== 'changed' && kind !== 'removed',
  );
}
