import { basename, dirname, join, relative } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import { conflictName } from '../merge/conflict-name.js';
import type { Files } from './files.js';
import { findObstacle } from './obstacle.js';
import type { ConflictPolicy, Pushed } from './change.js';
import { replaceExpected } from './replace.js';

export interface Place {
  readonly target: string;
  /** What the conflict copy is named after: the file itself, or a file where one of its folders should be. */
  readonly obstacle: string;
}

/**
 * Keeps a session's version of a file beside it, as the policy says; the same version is kept once, however often
 * a sync is repeated after a crash.
 */
export function keepCopy(files: Files, { target, obstacle }: Place, copy: Uint8Array, policy: ConflictPolicy): Pushed {
  if (policy.keep === 'session') return { outcome: 'conflict', copy: null };
  for (let number = 1; ; number++) {
    const id = number === 1 ? policy.id : `${policy.id}-${number}`;
    const path = join(dirname(obstacle), conflictName(basename(obstacle), policy.branch, id), relative(obstacle, target));
    if (findObstacle(files, path) !== undefined) continue;
    const present = files.read(path);
    if (present !== null && sameBytes(present, copy)) return { outcome: 'conflict', copy: path };
    if (present === null) files.makeFolder(dirname(path));
    if (present === null && replaceExpected(files, path, null, copy).state === 'done') return { outcome: 'conflict', copy: path };
  }
}
