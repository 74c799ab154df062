import type { SessionPaths } from '../session/paths.js';
import type { Files } from '../system/files/files.js';
import { isRecord, isTextOrNull } from '../system/json.js';
import type { FileOutcome, FileResult } from './change.js';

/** The outcome of one file of a session: names of files and JSON keys, never content. */
export interface JournalEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The process that merged. */
  readonly pid: number;
  readonly path: string;
  readonly outcome: FileOutcome['outcome'];
  /** JSON keys that both sides changed. */
  readonly decided: readonly string[];
  /** The path of the conflict copy; null when there is none. */
  readonly copy: string | null;
}

/**
 * Records what was merged of a session, for the process that reports it to the user: memory is merged by many short-lived processes. The
 * caller holds the lock of the shared dir. `now` in milliseconds since the epoch. A crash before it leaves a merge that is not reported.
 */
export function appendJournal(
  files: Files,
  paths: Pick<SessionPaths, 'journal'>,
  results: readonly FileResult[],
  now: number = Date.now(),
): void {
  const entries = results
    .filter(([, { outcome }]) => outcome !== 'unchanged')
    .map(([path, outcome]) => JSON.stringify(entryOf(path, outcome, now)));
  // The newline comes first, so that an entry that a crash cut short ends where the next one begins.
  if (entries.length > 0) files.append(paths.journal, entries.map((entry) => `\n${entry}`).join(''));
}

/** All journal entries of a session, the oldest first. Skips a line that a crash cut short. */
export function readJournal(files: Files, paths: Pick<SessionPaths, 'journal'>): JournalEntry[] {
  const text = Buffer.from(files.read(paths.journal) ?? '').toString('utf8');
  return text.split('\n').flatMap((line) => {
    const entry = parse(line);
    return entry ? [entry] : [];
  });
}

/** The journal entry for a file. */
export function entryOf(path: string, file: FileOutcome, now: number = Date.now()): JournalEntry {
  return {
    at: now,
    pid: process.pid,
    path,
    outcome: file.outcome,
    decided: file.outcome === 'merged' ? file.decided : [],
    copy: file.outcome === 'conflict' ? file.copy : null,
  };
}

function parse(line: string): JournalEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is JournalEntry {
  if (!isRecord(value)) return false;
  const { at, pid, path, outcome, decided, copy } = value;
  return (
    typeof at === 'number' &&
    typeof pid === 'number' &&
    typeof path === 'string' &&
    typeof outcome === 'string' &&
    ['unchanged', 'merged', 'deleted', 'conflict'].includes(outcome) &&
    Array.isArray(decided) &&
    decided.every((key) => typeof key === 'string') &&
    isTextOrNull(copy)
  );
}
