import { dirname } from 'node:path';
import { UserError } from '../system/errors.js';
import { hasCode } from '../system/fs/fs-error.js';
import { LARGE_BYTES } from '../system/fs/large.js';
import { attempt } from '../system/attempt.js';
import type { Files } from '../system/files/files.js';
import { findObstacle } from '../system/files/obstacle.js';

/** Whether a file is too large to be merged. Follows links. */
export function isLarge(files: Files, path: string): boolean {
  return (files.size(path) ?? 0) > LARGE_BYTES;
}

/**
 * Moves a file that a session made, and that is too large to be merged, to the shared dir, and leaves a link in its place. Its content is
 * not read. Throws `too-large`, and leaves the file where it is, when the shared dir has something of that name or is on another disk.
 * After a crash the link may be missing.
 */
export function moveLarge(files: Files, { place, ours, target }: { place: string; ours: string; target: string }): void {
  if (findObstacle(files, target) !== undefined || files.kind(target) !== null) throw tooLarge(place, ours);
  files.makeFolder(dirname(target));
  const moved = attempt(() => files.rename(ours, target));
  if (moved.status === 'rejected') throw hasCode(moved.reason, 'EXDEV') ? tooLarge(place, ours) : moved.reason;
  files.symlink(target, ours);
}

function tooLarge(place: string, ours: string): UserError {
  return new UserError('too-large', `${place} is too large to be merged`, `it stays as ${ours}: move it to where you want it`);
}
