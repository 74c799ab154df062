import { join } from 'node:path';
import type { Files } from '../../system/files/files.js';
import { type LogEntry, parseEntry } from './entry.js';
import { segmentsOf } from './segments.js';

/**
 * The entries of the log of a shared dir, the newest first; reads no more files than the caller needs. Only entries that contain all of
 * `words`, anywhere, which saves parsing the others as JSON. Lines that are not an entry are skipped, and so is a file that is removed
 * meanwhile. Consecutive lines with the same id are one entry. A change that is in two entries after a crash is returned in the newer one.
 */
export function* readLog(files: Files, folder: string, words: readonly string[] = []): Generator<LogEntry, void> {
  let entry: LogEntry | undefined;
  for (const line of linesOf(files, folder, words)) {
    if (entry?.id === line.id) {
      entry = { ...entry, files: [...line.files, ...entry.files] };
      continue;
    }
    if (entry) yield entry;
    entry = line;
  }
  if (entry) yield entry;
}

function* linesOf(files: Files, folder: string, words: readonly string[]): Generator<LogEntry, void> {
  const seen = new Set<string>();
  const wanted = words.map((word) => JSON.stringify(word).slice(1, -1));
  for (const { name } of segmentsOf(files, folder).toReversed()) {
    const lines = Buffer.from(files.read(join(folder, name)) ?? '')
      .toString('utf8')
      .split('\n');
    for (const line of lines.toReversed()) {
      const entry = wanted.every((word) => line.includes(word)) ? parseEntry(line) : undefined;
      const changes = entry?.files.filter(({ change }) => !seen.has(change)) ?? [];
      for (const { change } of changes) seen.add(change);
      if (entry && changes.length > 0) yield { ...entry, files: changes };
    }
  }
}
