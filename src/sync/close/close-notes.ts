import { isDiscarded } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import type { SessionPaths } from '../../session/paths.js';
import { differencesIn } from '../collect/differences.js';
import type { Files } from '../../system/files/files.js';

/**
 * Puts a link to the shared memory folder in the place of a closed session's notes: conversations go on naming them. Notes
 * that were merged are removed; those of a discarded session, and those that could not be merged, stay beside the link. May be run again, also after a crash;
 * until then there is perhaps nothing in their place.
 */
export function closeNotes(files: Files, { paths, manifest }: Session): void {
  const { sync, memoryFolder } = manifest;
  if (sync !== 'exit' || memoryFolder === null) return;
  if (files.kind(paths.notes) === 'folder' && files.kind(paths.oldNotes) === null) files.rename(paths.notes, paths.oldNotes);
  if (files.kind(paths.notes) === null) {
    // The client makes folders with mkdir, which fails on a link that leads nowhere. What cannot be made nobody can write.
    attempt(() => files.makeFolder(memoryFolder));
    files.symlink(memoryFolder, paths.notes);
  }
  if (isDiscarded(manifest)) return;
  if (isLeft(files, paths)) return;
  for (const folder of [paths.oldNotes, paths.notesBase]) files.removeFolder(folder);
}

/** Whether something in the notes could not be merged: that is its only copy. */
function isLeft(files: Files, { oldNotes, notesBase }: SessionPaths): boolean {
  return [...differencesIn(files, { place: '', ours: oldNotes, base: notesBase, target: '' })].some(({ kind }) => kind !== 'changed' && kind !== 'removed');
}
