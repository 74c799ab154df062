import { tryWithoutLaunches } from '../session/launches.js';
import { isHeld } from '../session/locks.js';
import { type SessionPaths, sessionPaths } from '../session/paths.js';
import type { Files } from './files.js';

/**
 * Removes what killed launches have left of sessions that they were making; no client has run in these. Does nothing while
 * any session is being made: the next launch tries again. A crash leaves the mark, so that this is done again; a failure
 * throws the system's error.
 */
export function removeUnfinished(files: Files, stateDir: string, ids: readonly string[]): void {
  if (ids.length === 0) return;
  const lock = tryWithoutLaunches(stateDir);
  try {
    if (lock) for (const id of ids) removeOne(files, sessionPaths(stateDir, id));
  } finally {
    lock?.release();
  }
}

function removeOne(files: Files, { root, alive, unfinishedMark }: SessionPaths): void {
  // Since we listed it, it may have been finished; and a launch that did not wait for us any longer holds its lock.
  if (files.kind(unfinishedMark) === null || isHeld(alive)) return;
  files.removeFolder(root);
  files.remove(unfinishedMark);
}
