import { dirname } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import { temporaryName } from '../platform/atomic-write.js';
import type { Files } from './files.js';
import type { MovingBase } from './intent.js';
import type { Item } from './item.js';
import { findObstacle } from './obstacle.js';
import { findLink } from './plain.js';
import type { Pushed } from './change.js';

/**
 * What was merged is what the next merge starts from: counters would count again, and what somebody has undone since
 * would be done again. Null where the base stands as it is: what could not be merged and is kept nowhere but in the session
 * still has its old base, and a folder in its place does not give way.
 */
export function movingBase(files: Files, { change: { base, ours }, base: place }: Item, pushed: Pushed): MovingBase | null {
  if (place === null || sameBytes(base, ours) || (pushed.outcome === 'conflict' && pushed.copy === null)) return null;
  // A link in the base gives way: the session has put something else in its place.
  if (findLink(files, place.path, place.root) === undefined && findObstacle(files, place.path) !== undefined) return null;
  return { ...place, staged: ours === null ? null : temporaryName(place.path) };
}

/**
 * Writes a new base beside the old one, not forced to the disk yet: some disks wait for each file that takes the place of
 * another and is not on the disk.
 */
export function stageBase(files: Files, { path, root, staged }: MovingBase, content: Uint8Array | null): void {
  const link = findLink(files, path, root);
  if (link !== undefined) files.remove(link);
  if (staged === null || content === null) return;
  files.makeFolder(dirname(path));
  files.writeNew(staged, content, 0o600);
}

/** Does nothing where it has been done. */
export function moveBase(files: Files, { path, staged }: MovingBase): void {
  if (staged === null) files.remove(path);
  else if (files.kind(staged) !== null) files.rename(staged, path);
}
