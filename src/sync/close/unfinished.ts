import { tryWithoutLaunches } from '../../session/launches.js';
import { isHeld } from '../../session/locks.js';
import { openFolder, type SessionPaths, sessionPaths, unfinishedId } from '../../session/paths.js';
import type { Files } from '../../system/files/files.js';

/**
 * Removes what killed launches left of sessions that they were creating; no client has run in these. Does nothing while any session is
 * being created: the next launch tries again. Returns the ids of the removed sessions. A crash leaves the mark, so that the next launch
 * tries again. Throws the system's errors.
 */
export function removeUnfinished(files: Files, stateDir: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  const lock = tryWithoutLaunches(stateDir);
  try {
    return lock ? ids.filter((id) => removeOne(files, sessionPaths(stateDir, id))) : [];
  } finally {
    lock?.release();
  }
}

/** The ids of the sessions that are being created, and of those that a killed launch left incomplete. */
export function unfinishedSessions(files: Files, stateDir: string): string[] {
  return files.list(openFolder(stateDir)).flatMap((mark) => unfinishedId(mark) ?? []);
}

function removeOne(files: Files, { root, alive, unfinishedMark }: SessionPaths): boolean {
  // The session may have been completed after it was listed. A launch that gave up waiting for this lock holds `alive`.
  if (files.kind(unfinishedMark) === null || isHeld(alive)) return false;
  files.removeFolder(root);
  files.remove(unfinishedMark);
  return true;
}
