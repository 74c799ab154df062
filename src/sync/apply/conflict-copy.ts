import { basename, dirname, join, relative } from 'node:path';
import { sameBytes } from '../../system/bytes.js';
import { conflictName } from '../../merge/conflict-name.js';
import type { ConflictPolicy } from '../change.js';
import type { Files } from '../../system/files/files.js';
import { findObstacle } from '../../system/files/obstacle.js';

export interface CopySpot {
  readonly target: string;
  /** What the conflict copy is named after: the file itself, or the file that is in the way of one of its folders. */
  readonly obstacle: string;
}

/**
 * The path at which a session's version of a file is kept beside it, and whether it is there already: the same version is kept only
 * once, however often a sync is repeated.
 */
export function placeOfCopy(
  files: Files,
  { target, obstacle }: CopySpot,
  copy: Uint8Array,
  { branch, id }: Extract<ConflictPolicy, { keep: 'copy' }>,
): { path: string; present: boolean } {
  for (let number = 1; ; number++) {
    const name = conflictName(basename(obstacle), branch, number === 1 ? id : `${id}-${number}`);
    const path = join(dirname(obstacle), name, relative(obstacle, target));
    if (findObstacle(files, path) !== undefined) continue;
    const present = files.read(path);
    if (present === null) return { path, present: false };
    if (sameBytes(present, copy)) return { path, present: true };
  }
}
