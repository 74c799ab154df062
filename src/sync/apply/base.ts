import { dirname } from 'node:path';
import { sameBytes } from '../../system/bytes.js';
import { temporaryName } from '../../system/fs/atomic-write.js';
import type { Files } from '../../system/files/files.js';
import type { MovingBase } from './intent.js';
import type { BasePlace, MergeCandidate } from '../candidate.js';
import { findObstacle } from '../../system/files/obstacle.js';
import { findLink } from '../../system/files/no-follow.js';
import type { FileOutcome } from '../change.js';

/**
 * What was merged is what the next merge starts from: counters would count again, and what somebody has undone since
 * would be done again. Null where the base stands as it is: what could not be merged and is kept nowhere but in the session
 * still has its old base.
 */
export function movingBase({ change: { base, ours }, base: place }: MergeCandidate, pushed: FileOutcome): MovingBase | null {
  if (place === null || sameBytes(base, ours) || (pushed.outcome === 'conflict' && pushed.copy === null)) return null;
  return { ...place, staged: ours === null ? null : temporaryName(place.path) };
}

/**
 * Writes a new base beside the old one, not forced to the disk yet: some disks wait for each file that takes the place of
 * another and is not on the disk.
 */
export function stageBase(files: Files, { path, root, staged }: MovingBase, content: Uint8Array | null): void {
  giveWay(files, { path, root });
  if (staged === null || content === null) return;
  files.makeFolder(dirname(path));
  files.writeNew(staged, content, 0o600);
}

/** Does nothing where it has been done. A folder gives way to the file that the session has put in its place. */
export function moveBase(files: Files, { path, staged }: MovingBase): void {
  if (staged === null) return files.remove(path);
  if (files.kind(staged) === null) return;
  if (files.kind(path) === 'folder') files.removeFolder(path);
  files.rename(staged, path);
}

/** Removes what stands on the way to a place in the base: a link, or a file where the session has a folder now. */
export function giveWay(files: Files, { path, root }: BasePlace): void {
  const inTheWay = findLink(files, path, root) ?? findObstacle(files, path);
  if (inTheWay !== undefined && inTheWay !== root && files.kind(inTheWay) !== 'folder') files.remove(inTheWay);
}
