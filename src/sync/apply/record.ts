import { join } from 'node:path';
import { STATE_FILE } from '../../client/shared-dir.js';
import { changedKeys, sameValue, type ValueAt, valueAt } from '../../merge/json/dotted-keys.js';
import { decodeText, sameBytes, storeContent } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import { temporaryId } from '../../system/fs/atomic-write.js';
import type { ConflictPolicy } from '../change.js';
import { appendJournal } from '../journal.js';
import { isUserSetting, type KeptValue, keptValuesFolder, writeKeptValue } from '../kept-values.js';
import type { LoggedContent, LoggedFile } from '../log/entry.js';
import { appendLog, readLog } from '../log/log.js';
import { rememberReplaced } from '../log/replaced.js';
import type { MergeLog, Merger } from '../merger.js';
import type { FileEdit } from './file-edit.js';
import type { JournaledEdit } from './intent.js';

/** The content of a larger file, in bytes, is not logged: two or three of them would push all others out of the log. */
const LARGE_BYTES = 8 * 1024 * 1024;

/**
 * Records what was merged: in the session's journal, from which the user gets a report, and with the content in the log of the shared
 * dir, under the id `entry`. What was replaced in files with secrets is remembered (`rememberReplaced`), and so are values of settings that
 * were not taken (`keepOverruled`). An `unchanged` outcome is only logged. The caller holds the lock of the shared dir. After a crash it is
 * recorded again and counts once: in the log by its id, in the journal because the last line of a file is the one that counts.
 */
export function record(merger: Merger, entry: string, tasks: readonly JournaledEdit[]): void {
  const { files } = merger;
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
  for (const task of news) keepOverruled(merger, entry, task);
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

/**
 * Keeps the value that was not taken of each user setting that both sides had changed. `entry` is the id under which the merge is logged:
 * repeated after a crash, it keeps each value once. Call it before the merge is logged: the log says which session wrote the shared value.
 */
function keepOverruled(
  { files, id: session, branch, stateDir, log }: Merger,
  entry: string,
  { place, main, pushed, ours, conflict }: JournaledEdit,
): void {
  if (pushed.outcome !== 'merged' || conflict.keep === 'none' || conflict.keep === 'copy') return;
  const folder = keptValuesFolder(stateDir, log.folder);
  for (const [number, key] of pushed.decided.filter((each) => isUserSetting(place, each)).entries()) {
    const own = textAt(ours, key);
    // The shared file is unchanged, so its value was taken.
    const [shared, now] = main === null ? [UNREAD, UNREAD] : [main.before, main.after].map((content) => textAt(content, key));
    if (own === undefined || shared === undefined || now === undefined || (main !== null && sameValue(own, shared))) continue;
    const isOwn = main !== null && sameValue(now, own);
    const value = isOwn ? shared : own;
    // With `aside`, `ours` is what an external writer wrote at the last moment, merged after the session's version: the sides swap.
    const standing = isOwn === (conflict.keep !== 'aside') ? 'session' : 'shared';
    const from = standing === 'shared' ? { session, branch } : isOwn ? writerOf(files, log.folder, entry, place, key) : null;
    const kept: KeptValue = { at: Date.now(), place, key, value, stands: now, session, branch, standing, from, settledAt: null };
    writeKeptValue(files, join(folder, `${entry}-${place.replaceAll(/\W/g, '')}-${number}.json`), kept);
  }
}

/** Stands for a value that was taken and not read. */
const UNREAD = 'null';

function textAt(content: Uint8Array | null, key: string): string | undefined {
  const text = content === null ? null : decodeText(content);
  const found: ValueAt | string = text === null ? 'absent' : valueAt(text, key);
  return typeof found === 'string' ? undefined : found.text;
}

/** How many log entries are searched; an older writer does not matter any more. */
const MOST_ENTRIES = 200;

/** The session that last changed a setting before the log entry `before`; null if none did lately. */
function writerOf(files: Files, folder: string, before: string, place: string, key: string): KeptValue['from'] {
  let seen = 0;
  for (const entry of readLog(files, folder, [place])) {
    if (entry.id === before) continue;
    const changed = entry.files.some(
      ({ place: file, content }) =>
        file === place &&
        !content.kept &&
        content.keys?.some((other) => other === key || other.startsWith(`${key}.`) || key.startsWith(`${other}.`)) === true,
    );
    if (changed) return { session: entry.session, branch: entry.branch };
    seen += 1;
    if (seen === MOST_ENTRIES) return null;
  }
  return null;
}
