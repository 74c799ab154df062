import { STATE_FILE } from '../../client/shared-dir.js';
import { changedKeys } from '../../merge/json/dotted-keys.js';
import { decodeText, sameBytes, storeContent } from '../../system/content.js';
import { temporaryId } from '../../system/fs/atomic-write.js';
import { appendJournal } from '../journal.js';
import type { LoggedContent, LoggedFile } from '../log/entry.js';
import { appendLog } from '../log/log.js';
import { rememberReplaced } from '../log/replaced.js';
import type { MergeLog, Merger } from '../merger.js';
import type { FileEdit } from './file-edit.js';
import type { JournaledEdit } from './intent.js';
import { keepLosingValues } from './keep-losing-values.js';

/** The content of a larger file, in bytes, is not logged: two or three of them would push all others out of the log. */
const MOST_LOGGED_BYTES = 8 * 1024 * 1024;

/**
 * Records what was merged: in the session's journal, from which the user gets a report, and with the content in the log of the shared
 * dir, under the id `entry`. What was replaced in files with secrets is remembered (`rememberReplaced`), and so are the values of settings
 * that lost (`keepLosingValues`). An `unchanged` outcome is only logged. The caller holds the lock of the shared dir. After a crash it is
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
  for (const edit of shared) keepLosingValues(merger, entry, edit);
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
