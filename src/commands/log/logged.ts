import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type SharedDir, sharedPath, STATE_FILE } from '../../client/shared-dir.js';
import { conflictOrigin } from '../../merge/conflict-name.js';
import { findSessions } from '../../session/list.js';
import { logFolder } from '../../session/paths.js';
import type { StoreHere } from '../../session/session.js';
import { isUserSetting } from '../../sync/kept-values.js';
import { changesOf, type LogEntry, type LoggedFile } from '../../sync/log/entry.js';
import { findEntry, readLog } from '../../sync/log/log.js';
import { restoreContent } from '../../system/content.js';
import { UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { itemsNamed, pathNamed } from '../named.js';
import { shown } from '../shown.js';

/** The folder with the log of a shared dir. */
export function logOf({ stateDir, shared }: StoreHere): string {
  return logFolder(stateDir, realFiles.realPath(shared.dir));
}

/** An entry by its id or the start of it, with its changes. Throws `no-such-entry`. */
export function entryNamed(store: StoreHere, id: string, named: string | undefined): { entry: LogEntry; changes: readonly LoggedFile[] } {
  const entry = findEntry(realFiles, logOf(store), id);
  const changes = changesNamed(entry, named, (file) => pathsOf(store.shared, file));
  if (changes.length === 0)
    throw new UserError('no-such-entry', `entry ${entry.id} has no file ${shown(named ?? '')}`, `see: pclaudectl log show ${entry.id}`);
  return { entry, changes };
}

/** The only change of an entry. Throws `no-such-entry` if there are several. */
export function onlyChange(entry: LogEntry, changes: readonly LoggedFile[]): LoggedFile {
  const [change, ...more] = changes;
  if (change && more.length === 0) return change;
  throw new UserError(
    'no-such-entry',
    `entry ${entry.id} has ${changes.length} such files`,
    `name one of ${changes.map(({ target }) => shown(target)).join(', ')}`,
  );
}

const ONLY_WHEN = 'the log only tells when it was changed';

/** A file before an entry, after it, and when the session began or last read the file. */
export const VERSIONS = ['before', 'after', 'base'] as const;

export type Version = (typeof VERSIONS)[number];

/** The versions of a file; null if there was no file. Throws `content-not-kept`. */
export function contentsOf({ target, content }: LoggedFile): Record<Version, Uint8Array | null> {
  if (!content.kept) {
    const why = content.why === 'secret' ? 'may hold secrets, so its content is not kept' : 'is too large to be kept';
    throw new UserError(
      'content-not-kept',
      `${shown(target)} ${why}`,
      content.why === 'secret' ? `${ONLY_WHEN}; the last good version of settings and login: pclaudectl restore` : ONLY_WHEN,
    );
  }
  const { before, after, base = before } = content;
  return { before: restoreContent(before), after: restoreContent(after), base: restoreContent(base) };
}

/** Which part of a log the user wants to see. */
export interface LogFilter {
  /** Also the client's bookkeeping. */
  readonly all: boolean;
  /** A path, or the end of one. */
  readonly file: string | undefined;
  /** The start of an id. */
  readonly session: string | undefined;
}

/** The wanted changes of an entry; empty if none is wanted. Changes of a named file are always wanted. */
export function wantedOf(entry: LogEntry, shared: SharedDir, { all, file, session = '' }: LogFilter): readonly LoggedFile[] {
  if (!entry.session.startsWith(session)) return [];
  const changes = changesAround(entry, shared, file);
  return all || file !== undefined ? changes : changes.filter((change) => !isBookkeeping(change));
}

/** Whether an entry matches, but contains only the client's bookkeeping. */
export function isLeftOut(entry: LogEntry, { file, session = '' }: LogFilter): boolean {
  return file === undefined && entry.session.startsWith(session) && changesOf(entry).every(isBookkeeping);
}

/** The changes of an entry to the named file, or all its changes. A conflict copy counts as its original file. */
function changesAround(entry: LogEntry, shared: SharedDir, named: string | undefined): readonly LoggedFile[] {
  return changesNamed(entry, named, (file) => [...pathsOf(shared, file), ...originalOf(file)]);
}

function changesNamed(entry: LogEntry, named: string | undefined, paths: (file: LoggedFile) => readonly string[]): readonly LoggedFile[] {
  const changes = changesOf(entry);
  return named === undefined ? changes : itemsNamed(changes, named, paths);
}

/** If the shared file is a link, its target may have another name. */
function pathsOf(shared: SharedDir, { target, place }: LoggedFile): string[] {
  return [target, sharedPath(shared, place)];
}

function originalOf({ target }: LoggedFile): string[] {
  const origin = conflictOrigin(basename(target), []);
  return origin ? [join(dirname(target), origin.name)] : [];
}

/** Counters and notes of the client: how often it was started, which tips it has shown, what a project cost. */
function isBookkeeping({ place, outcome, content }: LoggedFile): boolean {
  if (place !== STATE_FILE || outcome !== 'merged' || content.kept) return false;
  return content.keys?.every((key) => !isUserSetting(place, key)) === true;
}

/** For a filter that matches nothing. Throws `no-such-session` or `no-such-entry` if the session or the file is not known at all. */
export function refuseUnknown(store: StoreHere, { file, session }: LogFilter): void {
  const hasEntry = (fits: (entry: LogEntry) => boolean): boolean => {
    for (const entry of readLog(realFiles, logOf(store))) if (fits(entry)) return true;
    return false;
  };
  if (session !== undefined && !isSession(store.stateDir, session) && !hasEntry((entry) => entry.session.startsWith(session))) {
    throw new UserError(
      'no-such-session',
      `there is no session "${shown(session)}", and none in the log`,
      'see: pclaudectl sessions --all',
    );
  }
  if (file !== undefined && !existsSync(pathNamed(file)) && !hasEntry((entry) => changesAround(entry, store.shared, file).length > 0)) {
    throw new UserError('no-such-entry', `there is no file ${shown(file)}, and none in the log`, 'see: pclaudectl log --all');
  }
}

function isSession(stateDir: string, start: string): boolean {
  const { sessions, unreadable } = findSessions(stateDir);
  return [...sessions, ...unreadable].some(({ paths }) => paths.id.startsWith(start));
}
