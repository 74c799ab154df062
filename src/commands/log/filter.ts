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

/** What a person wants to see of a log. */
export interface LogFilter {
  /** Also what the client writes down for itself. */
  readonly all: boolean;
  /** A path, or the end of one. */
  readonly file: string | undefined;
  /** The start of an id. */
  readonly session: string | undefined;
}

/** What of an entry is wanted; nothing, where it is not. A file that is named is wanted in any case. */
export function wantedOf(entry: LogEntry, shared: SharedDir, { all, file, session = '' }: LogFilter): readonly LoggedFile[] {
  if (!entry.session.startsWith(session)) return [];
  const changes = changesAround(entry, shared, file);
  return all || file !== undefined ? changes : changes.filter((change) => !isBookkeeping(change));
}

/** Whether an entry would be wanted, but for all of it being the client's bookkeeping. */
export function isLeftOut(entry: LogEntry, { file, session = '' }: LogFilter): boolean {
  return file === undefined && entry.session.startsWith(session) && changesOf(entry).every(isBookkeeping);
}

/** How often the client was started, which tips it has shown, what a project cost. */
function isBookkeeping({ place, outcome, content }: LoggedFile): boolean {
  if (place !== STATE_FILE || outcome !== 'merged' || content.kept) return false;
  return content.keys?.every((key) => !isUserSetting(place, key)) === true;
}

/** For a filter that nothing fits. Throws `no-such-session` and `no-such-entry` where it names what is not known at all. */
export function refuseUnknown(stateDir: string, shared: SharedDir, { file, session }: LogFilter): void {
  const hasEntry = (fits: (entry: LogEntry) => boolean): boolean => {
    for (const entry of readLog(realFiles, logOf(stateDir, shared))) if (fits(entry)) return true;
    return false;
  };
  if (session !== undefined && !isSession(stateDir, session) && !hasEntry((entry) => entry.session.startsWith(session))) {
    throw new UserError('no-such-session', `there is no session "${shown(session)}", and none in the log`, 'see: pclaudectl sessions --all');
  }
  if (file !== undefined && !existsSync(pathNamed(file)) && !hasEntry((entry) => changesAround(entry, shared, file).length > 0)) {
    throw new UserError('no-such-entry', `there is no file ${shown(file)}, and none in the log`, 'see: pclaudectl log --all');
  }
}

function isSession(stateDir: string, start: string): boolean {
  const { sessions, unreadable } = findSessions(stateDir);
  return [...sessions, ...unreadable].some(({ paths }) => paths.id.startsWith(start));
}
