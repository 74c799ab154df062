import { dirname, relative } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import type { Item } from './batch.js';
import type { Files } from './files.js';
import { findObstacle } from './obstacle.js';
import type { Pushed } from './push.js';

/**
 * The content of a plain file of a session; null for anything else. A link in `root` is never followed: it may lead
 * anywhere. One that is put there while we look is an error.
 */
export function readPlain(files: Files, path: string, root = dirname(path)): Uint8Array | null {
  return files.kind(path) === 'file' && findLink(files, path, root) === undefined ? files.readInside(root, relative(root, path)) : null;
}

/** The first link on the way from `root` to a path, both included. */
export function findLink(files: Files, path: string, root: string): string | undefined {
  let link: string | undefined;
  for (let at = path; at.length >= root.length; at = dirname(at)) {
    if (files.kind(at) === 'link') link = at;
  }
  return link;
}

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
