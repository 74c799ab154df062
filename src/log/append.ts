import { join } from 'node:path';
import type { Files } from '../sync/files.js';
import type { LogEntry } from './entry.js';
import { segmentName, segmentsOf } from './segments.js';

/** A log is kept in files of about this size, in bytes, so that old ones can go. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

/**
 * Adds an entry to the log of a shared dir, which is made (0700, its files 0600) where it is missing. The caller holds
 * the lock of the shared dir. A crash leaves the entry, nothing, or a part of it, which readers pass over.
 */
export function appendLog(files: Files, folder: string, entry: LogEntry): void {
  const last = segmentsOf(files, folder).at(-1);
  const number = last === undefined ? 1 : (files.size(join(folder, last.name)) ?? 0) < SEGMENT_BYTES ? last.number : last.number + 1;
  // The newline comes first: what a crash cut short then ends where the next entry begins.
  files.append(join(folder, segmentName(number)), `\n${JSON.stringify(entry)}`);
}
