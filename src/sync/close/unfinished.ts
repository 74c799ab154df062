import { tryWithoutLaunches } from '../../session/launches.js';
import { isHeld } from '../../session/locks.js';
import { openFolder, type SessionPaths, sessionPaths, unfinishedId } from '../../session/paths.js';
import type { Files } from '../../system/files/files.js';

/**
 * Removes what killed launches have left of sessions that they were making; no client has run in these. Does nothing while
 * any session is being made: the next launch tries again. Returns those that it removed. A crash leaves the mark, so that
 * this is done again; a failure throws the system's error.
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

/** The sessions that are being made, and those of which a killed launch has left something. */
export function unfinishedSessions(files: Files, stateDir: string): string[] {
  return files.list(openFolder(stateDir)).flatMap((mark) => unfinishedId(mark) ?? []);
}

function removeOne(files: Files, { root, alive, unfinishedMark }: SessionPaths): boolean {
  // Since we listed it, it may have been finished; and a launch that did not wait for us any longer holds its lock.
  if (files.kind(unfinishedMark) === null || isHeld(alive)) return false;
  files.removeFolder(root);
  files.remove(unfinishedMark);
  return true;
}
