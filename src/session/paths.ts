import { join } from 'node:path';
import { projectSlug } from '../client/shared-dir.js';

/** The paths of one session. Most are in its session dir, `<state dir>/sessions/<id>/`, mode 0700; the marks are beside it. */
export interface SessionPaths {
  readonly id: string;
  readonly root: string;
  /** The private `CLAUDE_CONFIG_DIR`. Its name must be `.claude`, because the client protects folders of that name. */
  readonly home: string;
  /**
   * The memory of a session that is held back: a whole copy, whose path is in the prompts. When the session closes, a link
   * to the shared folder replaces it, because conversations still contain the path.
   */
  readonly notes: string;
  /** Where `notes` is moved when the session closes: for a moment if it is merged, for good if it is discarded. */
  readonly oldNotes: string;
  /** The folder of bases. It contains the next three paths. */
  readonly base: string;
  /** The base of each private file in the home. */
  readonly homeBase: string;
  /** The base of each file in `notes`. */
  readonly notesBase: string;
  /** Tool writes to shared files that are not verified yet. */
  readonly unverified: string;
  readonly manifest: string;
  /** The record of what was merged from this session, for the user: one JSON value a line. A crash is completed from `intent`. */
  readonly journal: string;
  /** What a sync of this session is about to change. Exists only during the change. */
  readonly intent: string;
  /** The versions of files with secrets that merges of this session have lately replaced. */
  readonly replaced: string;
  /**
   * The versions of files with secrets that a mishap left in the home. In the home itself the version before was restored. Memory that is
   * held back is not here but in `notes`.
   */
  readonly harmed: string;
  /** How a session that is held back ends, once the user has decided: `merge` or `discard`. */
  readonly ending: string;
  /** The `--settings` file that the client is given. */
  readonly settings: string;
  /** Locked while the launcher or the client runs. */
  readonly alive: string;
  /** Locked while the launcher runs, which merges the session itself. Sessions of older versions do not have it. */
  readonly launcher: string;
  /** A mark in `<state dir>/open/` from the launch until all is merged, so that a launch need not look at closed sessions. */
  readonly openMark: string;
  /** A mark in `<state dir>/recent/` for an hour after the close. In that hour the session keeps files that may contain secrets. */
  readonly recentMark: string;
  /** The form of `openMark` while the session is being made. If it exists and no process makes the session, a launch was killed. */
  readonly unfinishedMark: string;
}

export function sessionPaths(stateDir: string, id: string): SessionPaths {
  const root = join(sessionsFolder(stateDir), id);
  const base = join(root, 'base');
  return {
    id,
    root,
    home: join(root, '.claude'),
    base,
    homeBase: join(base, 'home'),
    notes: join(root, 'notes'),
    oldNotes: join(root, 'old-notes'),
    notesBase: join(base, 'notes'),
    unverified: join(base, 'unverified'),
    manifest: join(root, 'session.json'),
    journal: join(root, 'merged.jsonl'),
    intent: join(root, 'intent.json'),
    replaced: join(root, 'replaced.jsonl'),
    harmed: join(root, 'harmed'),
    ending: join(root, 'ending'),
    settings: join(root, 'settings.json'),
    alive: join(root, 'alive'),
    launcher: join(root, 'launcher'),
    openMark: join(openFolder(stateDir), id),
    recentMark: join(recentFolder(stateDir), id),
    unfinishedMark: join(openFolder(stateDir), id + UNFINISHED),
  };
}

export function sessionsFolder(stateDir: string): string {
  return join(stateDir, 'sessions');
}

/** Whether a home is that of a session of this state dir. `home` and `stateDir` are spelled alike: a session has the real path of both. */
export function isHomeIn(stateDir: string, home: string): boolean {
  return home.startsWith(`${sessionsFolder(stateDir)}/`);
}

export function openFolder(stateDir: string): string {
  return join(stateDir, 'open');
}

export function recentFolder(stateDir: string): string {
  return join(stateDir, 'recent');
}

/** The suffix of the mark of a session that is being made. An id does not contain a dot. */
const UNFINISHED = '.new';

/** The id of the session that an unfinished mark belongs to; undefined for all other names in the folder of marks. */
export function unfinishedId(mark: string): string | undefined {
  return mark.endsWith(UNFINISHED) ? mark.slice(0, -UNFINISHED.length) : undefined;
}

/** The lock file that is held while sessions are being made. A project slug cannot have this name, because it begins with a dash. */
export function launchesLockFile(stateDir: string): string {
  return join(stateDir, 'locks', 'launches');
}

/** The lock file of a launch that creates a session under the limits of the config. */
export function limitsLockFile(stateDir: string): string {
  return join(stateDir, 'locks', 'limits');
}

/** The lock file of the process that removes old sessions. */
export function collectorLockFile(stateDir: string): string {
  return join(stateDir, 'locks', 'gc');
}

/** The folder of the numbers that running sessions hold. `scope` keeps numbers apart: each repository has its own folder. */
export function slotsFolder(stateDir: string, scope: string): string {
  return join(stateDir, 'slots', scope);
}

/** The folder of sessions that are being removed. Its content belongs to no session any more. */
export function trashFolder(stateDir: string): string {
  return join(stateDir, 'trash');
}

/** The lock file for all of pclaude's writes to one shared dir, which is named by its real path. */
export function sharedLockFile(stateDir: string, sharedRealPath: string): string {
  // Two dirs with the same slug share a lock, which only makes them wait for each other.
  return lockOfLog(stateDir, projectSlug(sharedRealPath));
}

/**
 * The log of what was merged into one shared dir, which is named by its real path. The client's slug is used here, in `sharedLockFile` and in
 * `goodFolder`: if the client changed its rule, `projectSlug` as it is now would have to stay for these names, or what is there is not found.
 */
export function logFolder(stateDir: string, sharedRealPath: string): string {
  return join(logsFolder(stateDir), projectSlug(sharedRealPath));
}

/** The folder with the logs of all shared dirs. */
export function logsFolder(stateDir: string): string {
  return join(stateDir, 'log');
}

/** The folder with the last good versions of files with settings, rules or a login. The shared dir is named by its real path. */
export function goodFolder(stateDir: string, sharedRealPath: string): string {
  return join(stateDir, 'good', projectSlug(sharedRealPath));
}

/** The lock file of the shared dir whose log has this name in `logsFolder`. */
export function lockOfLog(stateDir: string, name: string): string {
  return join(stateDir, 'locks', name);
}

/** What a command of the user is about to change in the shared dir whose log has this name. Exists only during the change. */
export function handIntent(stateDir: string, name: string): string {
  return join(stateDir, 'by-hand', `${name}.json`);
}

/**
 * The lock file that a process holds while it waits for, or holds, the client's lock on the state file of one shared dir. It is a queue for
 * that lock; the turn to write the file is in `turns/`.
 */
export function stateQueueLockFile(stateDir: string, sharedRealPath: string): string {
  return `${sharedLockFile(stateDir, sharedRealPath)}.state`;
}

/** The lock file of the one session that saves the last good versions of one shared dir's files. */
export function goodLockFile(stateDir: string, sharedRealPath: string): string {
  return `${sharedLockFile(stateDir, sharedRealPath)}.good`;
}

/** The lock file of the one session that watches what external writers do to one memory folder. */
export function memoryWatchLockFile(stateDir: string, folderRealPath: string): string {
  // A slug does not contain a dot.
  return `${sharedLockFile(stateDir, folderRealPath)}.memory-watch`;
}
