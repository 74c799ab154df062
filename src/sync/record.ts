import { appendLog } from '../log/append.js';
import type { LoggedFile } from '../log/entry.js';
import { decodeText, sameBytes } from '../merge/bytes.js';
import { changedKeys } from '../merge/json/changed-keys.js';
import { storeContent } from './content.js';
import { STATE_FILE } from '../layout/shared-dir.js';
import type { ConflictPolicy } from './change.js';
import type { Files } from './files.js';
import { rememberReplaced } from './replaced.js';
import type { Task } from './intent.js';
import { appendJournal } from './journal.js';
import type { Merger } from './merger.js';

/**
 * Writes down what was merged: for whoever tells the user, in the session's journal, and with the texts in the log of the
 * shared dir, under the id `entry`. What came out `unchanged` is only logged. The caller holds the lock of the shared dir.
 * After a crash it is written again, and counts once: in the log by its id, in the journal since the last line of a file stands.
 */
export function record(files: Files, merger: Merger, entry: string, tasks: readonly Task[]): void {
  // What came into a home is no news to anybody but its client.
  const news = tasks.filter(({ conflict }) => conflict.keep !== 'none');
  const told = news.filter(({ pushed }) => pushed.outcome !== 'unchanged');
  const { journal } = merger.paths;
  if (journal !== null) appendJournal(files, { journal }, told.map(({ place, pushed }) => [place, pushed]));
  for (const { main, conflict, place } of tasks) {
    if (main !== null && isSecret(conflict) && place !== STATE_FILE) rememberReplaced(files, merger.paths.replaced, main);
  }
  const logged = news.flatMap(loggedFiles);
  const { id: session, branch } = merger;
  if (logged.length > 0) appendLog(files, merger.log, { id: entry, at: Date.now(), pid: process.pid, session, branch, files: logged });
}

/** The file itself, and the copies that were put beside it. */
function loggedFiles({ place, main, pushed, start, conflict }: Task): LoggedFile[] {
  if (main === null) return [];
  const { target, before, after } = main;
  const outcome = pushed.outcome === 'unchanged' ? 'merged' : pushed.outcome;
  const [decided, copy] = [pushed.outcome === 'merged' ? pushed.decided : [], pushed.outcome === 'conflict' ? pushed.copy : null];
  const named = { place, target, outcome, decided, copy };
  if (isSecret(conflict)) return [{ ...named, content: { kept: false, keys: keysOf(before, after) } }];
  const from = sameBytes(start, before) ? {} : { base: storeContent(start) };
  return [{ ...named, content: { kept: true, before: storeContent(before), after: storeContent(after), ...from } }];
}

/** What has no copy may hold secrets. */
function isSecret({ keep }: ConflictPolicy): boolean {
  return keep === 'session' || keep === 'aside';
}

/** Names of the JSON keys that changed; null where that cannot be told. */
function keysOf(before: Uint8Array | null, after: Uint8Array | null): string[] | null {
  const [old, next] = [before, after].map((content) => (content === null ? '' : decodeText(content)));
  return typeof old === 'string' && typeof next === 'string' ? changedKeys(old, next) : null;
}
