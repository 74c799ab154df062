import { dirname, join } from 'node:path';
import type { LogLimits } from '../../config/config.js';
import { lockOfLog, logsFolder } from '../../session/paths.js';
import type { Files } from '../../system/files/files.js';
import { realFiles } from '../../system/files/real-files.js';
import { makeFolder } from '../../system/fs/folders.js';
import { tryKernelLock } from '../../system/kernel-lock.js';
import { DAY_MS, segmentsOf } from './log.js';

/**
 * Removes what is past a limit from the logs of all shared dirs, and returns how many bytes that were. `now` in milliseconds since the
 * epoch. A log whose lock another process holds is left for the next time.
 */
export function pruneLogs(stateDir: string, limits: LogLimits, now: number, files: Files = realFiles): number {
  return files
    .list(logsFolder(stateDir))
    .reduce((removed, name) => removed + pruneLog(files, join(logsFolder(stateDir), name), lockOfLog(stateDir, name), limits, now), 0);
}

function pruneLog(files: Files, folder: string, lockFile: string, limits: LogLimits, now: number): number {
  if (surplus(files, folder, limits, now).length === 0) return 0;
  makeFolder(dirname(lockFile));
  const lock = tryKernelLock(lockFile);
  if (!lock) return 0;
  try {
    // Another process may have written to one of them a moment ago.
    const old = surplus(files, folder, limits, now);
    for (const { path } of old) files.remove(path);
    return old.reduce((sum, { size }) => sum + size, 0);
  } finally {
    lock.release();
  }
}

interface SegmentFile {
  readonly path: string;
  readonly size: number;
}

/** The files of a log that are too old, or that exceed the size limit. The newest is never too large for the limit. */
function surplus(files: Files, folder: string, { days, mebibytes }: LogLimits, now: number): SegmentFile[] {
  const keepsNothing = days === 0 || mebibytes === 0;
  let room = mebibytes * 1024 * 1024;
  return segmentsOf(files, folder)
    .toReversed()
    .flatMap(({ name }, age) => {
      const path = join(folder, name);
      const size = files.size(path) ?? 0;
      room -= size;
      const isOld = now - (files.modifiedAt(path) ?? now) > days * DAY_MS;
      return keepsNothing || isOld || (room < 0 && age > 0) ? [{ path, size }] : [];
    });
}
