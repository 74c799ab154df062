import { dirname } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import type { Item } from './batch.js';
import type { Files } from './files.js';
import { findObstacle } from './obstacle.js';
import { findLink } from './plain.js';
import type { Pushed } from './change.js';

/**
 * What was merged is what the next merge starts from: counters would count again, and what somebody has undone since
 * would be done again. What could not be merged and is kept nowhere but in the session still has its old base. A link in
 * the base gives way: the session has put something else in its place. A folder does not.
 */
export function moveBase(files: Files, { change: { base, ours }, base: path, baseRoot }: Item, pushed: Pushed): void {
  if (isHeld(pushed) || sameBytes(base, ours)) return;
  const link = findLink(files, path, baseRoot);
  if (link !== undefined) files.remove(link);
  if (findObstacle(files, path) !== undefined) return;
  if (ours === null) files.remove(path);
  else files.writePrivate(path, ours);
}

/** The same with a base that `stageBase` has written, and which is gone beside the old one then. */
export function moveStagedBase(files: Files, { base: path }: Item, pushed: Pushed, staged: string): void {
  if (isHeld(pushed)) files.remove(staged);
  else files.rename(staged, path);
}

function isHeld(pushed: Pushed): boolean {
  return pushed.outcome === 'conflict' && pushed.copy === null;
}

/**
 * Writes a new base beside the old one, not forced to the disk yet, and returns its name: some disks wait for each file
 * that takes the place of another and is not on the disk. Undefined where there is nothing to write, or no place for it.
 */
export function stageBase(files: Files, { change: { base, ours }, base: path, baseRoot }: Item): string | undefined {
  if (ours === null || sameBytes(base, ours) || findLink(files, path, baseRoot) !== undefined || findObstacle(files, path) !== undefined) return undefined;
  files.makeFolder(dirname(path));
  return files.writeUnforced(path, ours, 0o600);
}
