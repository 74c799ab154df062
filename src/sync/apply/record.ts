import { appendLog } from '../log/append.js';
import type { LoggedContent, LoggedFile } from '../log/entry.js';
import { decodeText, sameBytes } from '../../system/bytes.js';
import { changedKeys } from '../../merge/json/loss/changed-keys.js';
import { temporaryId } from '../../system/fs/atomic-write.js';
import { storeContent } from '../../system/files/stored-content.js';
import { STATE_FILE } from '../../client/shared-dir.js';
import type { ConflictPolicy } from '../change.js';
import type { Files } from '../../system/files/files.js';
import { rememberReplaced } from '../log/replaced.js';
import type { JournaledEdit } from './intent.js';
import { keepOverruled } from './keep-overruled.js';
import { appendJournal } from '../messages/journal.js';
import type { MergeLog, Merger } from '../merger.js';
import type { FileEdit } from './file-edit.js';

/** The content of a larger file, in bytes, is not logged: two or three of them would push all others out of the log. */
const LARGE_BYTES = 8 * 1024 * 1024;

/**
 * Records what was merged: in the session's journal, from which the user gets a report, and with the content in the log of the shared
 * dir, under the id `entry`. What was replaced in files with secrets is remembered (`rememberReplaced`), and so are values of settings that
 * were not taken (`keepOverruled`). An `unchanged` outcome is only logged. The caller holds the lock of the shared dir. After a crash it is
 * recorded again and counts once: in the log by its id, in the journal because the last line of a file is the one that counts.
 */
export function record(files: Files, merger: Merger, entry: string, tasks: readonly JournaledEdit[]): void {
  // A version that came into a home concerns only the client of that home.
  const news = tasks.filter(({ conflict }) => conflict.keep !== 'none');
  const told = news.filter(({ pushed }) => pushed.outcome !== 'unchanged');
  const { journal } = merger.paths;
  if (journal !== null)
    appendJournal(
      files,
      { journal },
      told.map(({ place, pushed }) => [place, pushed]),
    );
  const { replaced } = merger.paths;
  for (const { main, conflict, place } of tasks) {
    if (replaced !== null && main !== null && (isSecret(conflict) || conflict.keep === 'none') && place !== STATE_FILE)
      rememberReplaced(files, replaced, main);
  }
  for (const task of news) keepOverruled(files, merger, entry, task);
  const { id: session, branch, log } = merger;
  const logged = news.flatMap((task) => loggedFiles(log, task));
  if (logged.length === 0) return;
  const undone = log.restores === undefined ? {} : { restores: log.restores };
  const settled = log.settles === undefined ? {} : { settled: log.settles.how };
  appendLog(files, log.folder, {
    id: log.settles?.id ?? entry,
    at: Date.now(),
    pid: process.pid,
    session,
    branch,
    ...undone,
    ...settled,
    files: logged,
  });
}

/** The copies that were put beside the file, and the file itself. */
function loggedFiles(log: MergeLog, { place, copies, main, pushed, start, ours, conflict, isLate = false }: JournaledEdit): LoggedFile[] {
  const holdsSecrets = conflict.keep !== 'copy' || log.isSecret(place);
  const contentOf = (step: FileEdit, from: Versions): LoggedContent =>
    holdsSecrets || log.isSecret(step.target) ? withoutContent('secret', step) : withContent(step, from, isLate);
  const silent = main !== null && main.after === null ? 'deleted' : 'merged';
  const outcome = pushed.outcome === 'unchanged' ? silent : pushed.outcome;
  const beside = copies.map(
    (step): LoggedFile => ({
      ...named(step, `${place} (copy)`),
      outcome,
      decided: [],
      copy: null,
      content: contentOf(step, { base: step.before, ours: step.after }),
    }),
  );
  if (main === null) return beside;
  const [decided, copy] = [pushed.outcome === 'merged' ? pushed.decided : [], pushed.outcome === 'conflict' ? pushed.copy : null];
  return [...beside, { ...named(main, place), outcome, decided, copy, content: contentOf(main, { base: start, ours }) }];
}

function named({ target, temporary }: FileEdit, place: string): Pick<LoggedFile, 'change' | 'place' | 'target'> {
  return { change: temporaryId(temporary), place, target };
}

/** The content that a session started from, and the session's version of it. */
interface Versions {
  readonly base: Uint8Array | null;
  readonly ours: Uint8Array | null;
}

function withContent(step: FileEdit, { base, ours }: Versions, isLate: boolean): LoggedContent {
  const { before, after } = step;
  if ([before, after, base, ours].some((content) => (content?.length ?? 0) > LARGE_BYTES)) return withoutContent('large', step);
  const from = {
    ...(sameBytes(base, before) ? {} : { base: storeContent(base) }),
    ...(sameBytes(ours, after) ? {} : { ours: storeContent(ours) }),
  };
  return { kept: true, before: storeContent(before), after: storeContent(after), ...from, ...(isLate ? { late: true } : {}) };
}

function withoutContent(why: 'secret' | 'large', { before, after }: FileEdit): LoggedContent {
  return { kept: false, why, keys: why === 'secret' ? keysOf(before, after) : null };
}

/** A file that gets no conflict copy may hold secrets. */
function isSecret({ keep }: ConflictPolicy): boolean {
  return keep === 'session' || keep === 'aside';
}

/** Names of the JSON keys that changed; null when a version is not JSON. */
function keysOf(before: Uint8Array | null, after: Uint8Array | null): string[] | null {
  const [old, next] = [before, after].map((content) => (content === null ? '' : decodeText(content)));
  return typeof old === 'string' && typeof next === 'string' ? changedKeys(old, next) : null;
}
