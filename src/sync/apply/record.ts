import { join } from 'node:path';
import { STATE_FILE } from '../../client/shared-dir.js';
import { changedKeys, sameValue, type ValueAt, valueAt } from '../../merge/json/dotted-keys.js';
import { decodeText, sameBytes, storeContent } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import { temporaryId } from '../../system/fs/atomic-write.js';
import { appendJournal } from '../journal.js';
import { isUserSetting, type KeptValue, keptValuesFolder, writeKeptValue } from '../kept-values.js';
import type { LoggedContent, LoggedFile } from '../log/entry.js';
import { appendLog, readLog } from '../log/log.js';
import { rememberReplaced } from '../log/replaced.js';
import type { MergeLog, Merger } from '../merger.js';
import type { FileEdit } from './file-edit.js';
import type { JournaledEdit } from './intent.js';

/** The content of a larger file, in bytes, is not logged: two or three of them would push all others out of the log. */
const MOST_LOGGED_BYTES = 8 * 1024 * 1024;

/**
 * Records what was merged: in the session's journal, from which the user gets a report, and with the content in the log of the shared
 * dir, under the id `entry`. What was replaced in files with secrets is remembered (`rememberReplaced`), and so are values of settings that
 * were not taken (`keepOverruled`). An `unchanged` outcome is only logged. The caller holds the lock of the shared dir. After a crash it is
 * recorded again and counts once: in the log by its id, in the journal because the last line of a file is the one that counts.
 */
export function record(merger: Merger, entry: string, edits: readonly JournaledEdit[]): void {
  const { files } = merger;
  // A version that came into a home concerns only the client of that home.
  const shared = edits.filter(({ conflict }) => conflict.keep !== 'none');
  const { journal, replaced } = merger.paths;
  if (journal !== null)
    appendJournal(
      files,
      { journal },
      shared.map(({ place, outcome }) => [place, outcome]),
      merger.now(),
    );
  for (const { main, conflict, place } of edits) {
    if (replaced !== null && main !== null && conflict.keep !== 'copy' && place !== STATE_FILE)
      rememberReplaced(files, replaced, { ...main, at: merger.now() });
  }
  for (const edit of shared) keepOverruled(merger, entry, edit);
  const { id: session, branch, log } = merger;
  const logged = shared.flatMap((edit) => loggedFiles(log, edit));
  if (logged.length === 0) return;
  const undone = log.restores === undefined ? {} : { restores: log.restores };
  const settled = log.settles === undefined ? {} : { settled: log.settles.how };
  appendLog(files, log.folder, {
    id: log.settles?.id ?? entry,
    at: merger.now(),
    pid: process.pid,
    session,
    branch,
    ...undone,
    ...settled,
    files: logged,
  });
}

/** The copies that were put beside the file, and the file itself. */
function loggedFiles(log: MergeLog, { place, copies, main, outcome, start, ours, conflict, isLate = false }: JournaledEdit): LoggedFile[] {
  const holdsSecrets = conflict.keep !== 'copy' || log.isSecret(place);
  const contentOf = (edit: FileEdit, from: SessionVersions): LoggedContent =>
    holdsSecrets || log.isSecret(edit.target) ? withoutContent('secret', edit) : withContent(edit, from, isLate);
  // An edit that is not reported, such as a line of a memory index, is logged all the same.
  const unreported = main !== null && main.after === null ? 'deleted' : 'merged';
  const logged = outcome.outcome === 'unchanged' ? unreported : outcome.outcome;
  const beside = copies.map(
    (edit): LoggedFile => ({
      ...named(edit, `${place} (copy)`),
      outcome: logged,
      decided: [],
      copy: null,
      content: contentOf(edit, { base: edit.before, ours: edit.after }),
    }),
  );
  if (main === null) return beside;
  const decided = outcome.outcome === 'merged' ? outcome.decided : [];
  const copy = outcome.outcome === 'conflict' ? outcome.copy : null;
  return [...beside, { ...named(main, place), outcome: logged, decided, copy, content: contentOf(main, { base: start, ours }) }];
}

function named({ target, temporary }: FileEdit, place: string): Pick<LoggedFile, 'change' | 'place' | 'target'> {
  return { change: temporaryId(temporary), place, target };
}

/** The content that a session started from, and the session's version of it. */
interface SessionVersions {
  readonly base: Uint8Array | null;
  readonly ours: Uint8Array | null;
}

function withContent(edit: FileEdit, { base, ours }: SessionVersions, isLate: boolean): LoggedContent {
  const { before, after } = edit;
  if ([before, after, base, ours].some((content) => (content?.length ?? 0) > MOST_LOGGED_BYTES)) return withoutContent('large', edit);
  const from = {
    ...(sameBytes(base, before) ? {} : { base: storeContent(base) }),
    ...(sameBytes(ours, after) ? {} : { ours: storeContent(ours) }),
  };
  return { kept: true, before: storeContent(before), after: storeContent(after), ...from, ...(isLate ? { late: true } : {}) };
}

function withoutContent(why: 'secret' | 'large', { before, after }: FileEdit): LoggedContent {
  return { kept: false, why, keys: why === 'secret' ? keysOf(before, after) : null };
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
  { files, id: session, branch, stateDir, log, now }: Merger,
  entry: string,
  { place, main, outcome, ours, conflict }: JournaledEdit,
): void {
  if (outcome.outcome !== 'merged' || conflict.keep === 'none' || conflict.keep === 'copy') return;
  const folder = keptValuesFolder(stateDir, log.folder);
  for (const [number, key] of outcome.decided.filter((each) => isUserSetting(place, each)).entries()) {
    const own = textAt(ours, key);
    // The shared file is unchanged, so its value was taken.
    const [shared, stands] = main === null ? [UNREAD, UNREAD] : [main.before, main.after].map((content) => textAt(content, key));
    if (own === undefined || shared === undefined || stands === undefined || (main !== null && sameValue(own, shared))) continue;
    const isOwn = main !== null && sameValue(stands, own);
    const value = isOwn ? shared : own;
    // With `quarantine`, `ours` is what an external writer wrote at the last moment, merged after the session's version: the sides swap.
    const standing = isOwn === (conflict.keep !== 'quarantine') ? 'session' : 'shared';
    const from = standing === 'shared' ? { session, branch } : isOwn ? writerOf(files, log.folder, entry, place, key) : null;
    const kept: KeptValue = { at: now(), place, key, value, stands, session, branch, standing, from, settledAt: null };
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
