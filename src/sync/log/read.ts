import { join } from 'node:path';
import type { Files } from '../../system/files/files.js';
import { type LogEntry, parseEntry } from './entry.js';
import { segmentsOf } from './segments.js';

/**
 * The entries of the log of a shared dir, the newest first; no more files are read than it takes. Only those that mention
 * all of `words`, anywhere: this saves reading the others as JSON. Lines that are no entry are passed over, as is a file that
 * is removed meanwhile. Lines of one id that follow each other are the steps of one entry. A change that stands in two entries,
 * after a crash, is in the newer one.
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
    const lines = Buffer.from(files.read(join(folder, name)) ?? '').toString('utf8').split('\n');
    for (const line of lines.toReversed()) {
      const entry = wanted.every((word) => line.includes(word)) ? parseEntry(line) : undefined;
      const changes = entry?.files.filter(({ change }) => !seen.has(change)) ?? [];
      for (const { change } of changes) seen.add(change);
      if (entry && changes.length > 0) yield { ...entry, files: changes };
    }
  }
}
