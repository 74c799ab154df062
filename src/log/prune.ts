import { join } from 'node:path';
import type { Files } from '../sync/files.js';
import { segmentsOf } from './segments.js';

/** How much of the past is kept. */
export interface LogLimits {
  readonly days: number;
  readonly mebibytes: number;
}

const DAY_MS = 86_400_000;

/**
 * Removes the oldest files of a log that are past a limit; the one that is being written stays. `now` in milliseconds since
 * the epoch. Returns how many bytes went.
 */
export function pruneLog(files: Files, folder: string, { days, mebibytes }: LogLimits, now: number): number {
  let room = mebibytes * 1024 * 1024;
  let removed = 0;
  for (const [age, { name }] of segmentsOf(files, folder).toReversed().entries()) {
    const path = join(folder, name);
    const size = files.size(path) ?? 0;
    room -= size;
    const isOld = now - (files.modifiedAt(path) ?? now) > days * DAY_MS;
    if (age === 0 || (room >= 0 && !isOld)) continue;
    files.remove(path);
    removed += size;
  }
  return removed;
}
