import { existsSync } from 'node:fs';
import { changesOf } from '../../sync/log/changes.js';
import type { LogEntry, LoggedFile } from '../../sync/log/entry.js';
import { readLog } from '../../sync/log/read.js';
import { type SharedDir, STATE_FILE } from '../../client/shared-dir.js';
import { UserError } from '../../system/errors.js';
import { findSessions } from '../../session/list.js';
import { realFiles } from '../../system/files/real-files.js';
import { isUserSetting } from '../../sync/settings/user-settings.js';
import { changesAround, logOf } from './logged.js';
import { pathNamed } from '../named-file.js';
import { shown } from '../output.js';

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

/** Counters and notes of the client: how often it was started, which tips it has shown, what a project cost. */
function isBookkeeping({ place, outcome, content }: LoggedFile): boolean {
  if (place !== STATE_FILE || outcome !== 'merged' || content.kept) return false;
  return content.keys?.every((key) => !isUserSetting(place, key)) === true;
}

/** For a filter that matches nothing. Throws `no-such-session` or `no-such-entry` if the session or the file is not known at all. */
export function refuseUnknown(stateDir: string, shared: SharedDir, { file, session }: LogFilter): void {
  const hasEntry = (fits: (entry: LogEntry) => boolean): boolean => {
    for (const entry of readLog(realFiles, logOf(stateDir, shared))) if (fits(entry)) return true;
    return false;
  };
  if (session !== undefined && !isSession(stateDir, session) && !hasEntry((entry) => entry.session.startsWith(session))) {
    throw new UserError(
      'no-such-session',
      `there is no session "${shown(session)}", and none in the log`,
      'see: pclaudectl sessions --all',
    );
  }
  if (file !== undefined && !existsSync(pathNamed(file)) && !hasEntry((entry) => changesAround(entry, shared, file).length > 0)) {
    throw new UserError('no-such-entry', `there is no file ${shown(file)}, and none in the log`, 'see: pclaudectl log --all');
  }
}

function isSession(stateDir: string, start: string): boolean {
  const { sessions, unreadable } = findSessions(stateDir);
  return [...sessions, ...unreadable].some(({ paths }) => paths.id.startsWith(start));
}
