import { dirname } from 'node:path';
import { sameBytes } from '../../system/content.js';
import { type Files, findLink, findObstacle } from '../../system/files/files.js';
import { temporaryName } from '../../system/fs/atomic-write.js';
import type { BasePlace, FileOutcome, MergeCandidate } from '../change.js';
import type { MovingBase } from './intent.js';

/**
 * The base that a merge replaces: the merged version is what the next merge starts from. With the old base, counters would be added
 * again, and a change that another session has undone meanwhile would be made again. Null when the base stays as it is: a version that
 * could not be merged and is kept only in the session keeps its old base.
 */
export function movingBase({ change: { base, ours }, base: place = null }: MergeCandidate, outcome: FileOutcome): MovingBase | null {
  if (place === null || sameBytes(base, ours) || (outcome.outcome === 'conflict' && outcome.copy === null)) return null;
  return { ...place, staged: ours === null ? null : temporaryName(place.path) };
}

/**
 * Writes a new base beside the old one, without forcing it to the disk. The caller forces all files at once before it renames any: some
 * disks wait at each rename over another file when the new file is not on the disk yet.
 */
export function stageBase(files: Files, { path, root, staged }: MovingBase, content: Uint8Array | null): void {
  giveWay(files, { path, root });
  if (staged === null || content === null) return;
  files.makeFolder(dirname(path));
  files.writeNew(staged, content, 0o600);
}

/** Puts a staged base in place; does nothing if that is done. A folder at the path is removed: the session has replaced it with a file. */
export function moveBase(files: Files, { path, staged }: MovingBase): void {
  if (staged === null) return files.remove(path);
  if (files.kind(staged) === null) return;
  if (files.kind(path) === 'folder') files.removeFolder(path);
  files.rename(staged, path);
}

/** Removes what blocks a path in the base: a link, or a file where the session has a folder now. */
export function giveWay(files: Files, { path, root }: BasePlace): void {
  const inTheWay = findLink(files, path, root) ?? findObstacle(files, path);
  if (inTheWay !== undefined && inTheWay !== root && files.kind(inTheWay) !== 'folder') files.remove(inTheWay);
}
