import { join } from 'node:path';
import type { Files } from '../sync/files.js';
import { type LogEntry, parseEntry } from './entry.js';
import { segmentsOf } from './segments.js';

/** All entries of the log of a shared dir, the oldest first; one that was written twice, after a crash, counts once. */
export function readLog(files: Files, folder: string): LogEntry[] {
  const entries = segmentsOf(files, folder).flatMap(({ name }) => entriesIn(files, join(folder, name)));
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

function entriesIn(files: Files, path: string): LogEntry[] {
  const text = Buffer.from(files.read(path) ?? '').toString('utf8');
  return text.split('\n').flatMap((line) => parseEntry(line) ?? []);
}
