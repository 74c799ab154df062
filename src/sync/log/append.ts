import { join } from 'node:path';
import type { Files } from '../../system/files/files.js';
import type { LogEntry } from './entry.js';
import { DAY_MS, segmentName, segmentsOf } from './segments.js';

/** A file of the log has about this size at most, in bytes, and entries of one day, so that old files can be removed. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

/**
 * Appends an entry to the log of a shared dir, which is made (0700, its files 0600) if it is missing. The caller holds the lock of the
 * shared dir. A crash leaves the entry, nothing, or a part of it, which readers skip.
 */
export function appendLog(files: Files, folder: string, entry: LogEntry): void {
  const last = segmentsOf(files, folder).at(-1);
  const number = last === undefined ? 1 : isOpen(files, join(folder, last.name), entry.at) ? last.number : last.number + 1;
  // The newline comes first, so that an entry that a crash cut short ends where the next one begins.
  files.append(join(folder, segmentName(number)), `\n${JSON.stringify(entry)}`);
}

function isOpen(files: Files, path: string, now: number): boolean {
  const written = files.modifiedAt(path);
  return (files.size(path) ?? 0) < SEGMENT_BYTES && written !== null && dayOf(written) === dayOf(now);
}

function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}
