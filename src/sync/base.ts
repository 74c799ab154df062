import { sameBytes } from '../merge/bytes.js';
import type { Files } from './files.js';
import { findObstacle, type Change } from './push.js';

/** The content of a plain file; null for anything else. A link in a session is never followed: it may lead anywhere. */
export function readPlain(files: Files, path: string): Uint8Array | null {
  return files.kind(path) === 'file' ? files.read(path) : null;
}

/**
 * What was merged is what the next merge starts from: counters would count again, and what somebody has undone since
 * would be done again. Where the base is no file it stays as it is.
 */
export function moveBase(files: Files, path: string, { base, ours }: Change): void {
  if (sameBytes(base, ours) || findObstacle(files, path) !== undefined) return;
  if (ours === null) files.remove(path);
  else files.writePrivate(path, ours);
}
