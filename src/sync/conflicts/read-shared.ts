import type { Conflict } from './conflicts.js';
import type { Files } from '../../system/files/files.js';
import { isLarge } from '../large.js';
import { findObstacle } from '../../system/files/obstacle.js';
import { unsettled } from './unsettled.js';

/**
 * The shared version; null when there is none. Throws `conflict-unsettled` if the path has something other than a file, or a file that is
 * too large.
 */
export function readShared(files: Files, { file }: Conflict): Uint8Array | null {
  const obstacle = findObstacle(files, files.realPath(file)) ?? (isLarge(files, file) ? file : undefined);
  if (obstacle !== undefined) throw unsettled(`${obstacle} is in the way`, 'move it, or settle with --shared');
  return files.read(file);
}
