import type { Conflict } from './conflicts.js';
import type { Files } from '../../system/files/files.js';
import { isLarge } from '../large.js';
import { findObstacle } from '../../system/files/obstacle.js';
import { unsettled } from './unsettled.js';

/** The shared version; null where there is none. Throws `conflict-unsettled` where something else stands in its place. */
export function readShared(files: Files, { file }: Conflict): Uint8Array | null {
  const obstacle = findObstacle(files, files.realPath(file)) ?? (isLarge(files, file) ? file : undefined);
  if (obstacle !== undefined) throw unsettled(`${obstacle} is in the way`, 'move it, or settle with --shared');
  return files.read(file);
}
