import { join } from 'node:path';
import { UserError } from '../../system/errors.js';
import type { Files } from '../../system/files/files.js';
import { type LogEntry, parseEntry } from './entry.js';

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

/** The entry with this id, or the only one whose id begins with it. Throws `no-such-entry`. */
export function findEntry(files: Files, folder: string, id: string): LogEntry {
  const found: LogEntry[] = [];
  for (const entry of id === '' ? [] : readLog(files, folder, [id])) {
    if (entry.id === id) return entry;
    if (entry.id.startsWith(id)) found.push(entry);
  }
  const [entry, ...more] = found;
  if (entry && more.length === 0) return entry;
  const what = entry ? `${found.length} entries begin with "${id}"` : `there is no entry "${id}"`;
  throw new UserError('no-such-entry', what, 'see: pclaudectl log');
}

interface Segment {
  readonly name: string;
  readonly number: number;
}

export const DAY_MS = 86_400_000;

const EXTENSION = '.jsonl';

/** The files of a log, the oldest first. */
export function segmentsOf(files: Files, folder: string): Segment[] {
  return files
    .list(folder)
    .filter((name) => /^\d+\.jsonl$/.test(name))
    .map((name) => ({ name, number: Number(name.slice(0, -EXTENSION.length)) }))
    .toSorted((one, other) => one.number - other.number);
}

function segmentName(number: number): string {
  return String(number).padStart(6, '0') + EXTENSION;
}
