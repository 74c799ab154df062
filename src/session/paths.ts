import { join } from 'node:path';
import { projectSlug } from '../client/project-slug.js';

/** Where everything of one session is kept: `<state>/sessions/<id>/`, mode 0700. */
export interface SessionPaths {
  readonly id: string;
  readonly root: string;
  /** The private `CLAUDE_CONFIG_DIR`. The client guards folders of this name, so it must be called `.claude`. */
  readonly home: string;
  /**
   * The memory of a session that holds it back: a whole copy, which prompts name. When the session is closed a link to the
   * shared folder takes its place, since conversations go on naming it.
   */
  readonly notes: string;
  /** Where the notes of a closed session go: for a moment when they are merged, for good when they are discarded. */
  readonly oldNotes: string;
  /** Holds what private files started from; the next ones, to `unverified`, are in it. */
  readonly base: string;
  /** Shared content from which each private file in the home started, or with which it was last merged. */
  readonly homeBase: string;
  /** Shared content from which each file in `notes` started. */
  readonly notesBase: string;
  /** Writes of tools to shared files that are not verified yet. */
  readonly unverified: string;
  readonly manifest: string;
  /** What of this session was merged, one JSON value a line. */
  readonly journal: string;
  /** What a sync of this session is about to do; there only while it does. */
  readonly intent: string;
  /** What it has lately replaced in files with secrets. */
  readonly replaced: string;
  /** Versions with secrets of files in its home that a mishap has left: the home has got back what was there before. */
  readonly held: string;
  /** Says how a session that is held back ends, once that is decided: `merge` or `discard`. */
  readonly ending: string;
  /** The `--settings` file that the client is given. */
  readonly settings: string;
  /** Locked as long as the launcher or the client lives. */
  readonly alive: string;
  /** Locked as long as the launcher lives: until then it merges by itself. Older sessions have none. */
  readonly launcher: string;
  /** Stands in `<state>/open/` from the launch until all is merged, so that a launch need not look at closed sessions. */
  readonly openMark: string;
  /** Stands in `<state>/recent/` from the end on for an hour, in which the session keeps what may hold secrets. */
  readonly recentMark: string;
  /** The same mark while the session is being made: where it still stands, and nobody makes it, a launch was killed. */
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
    held: join(root, 'held'),
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

export function openFolder(stateDir: string): string {
  return join(stateDir, 'open');
}

export function recentFolder(stateDir: string): string {
  return join(stateDir, 'recent');
}

/** Ends the names of marks of sessions that are being made; no id has a dot. */
const UNFINISHED = '.new';

/** The session that such a mark is of; undefined for all other names in the folder of marks. */
export function unfinishedId(mark: string): string | undefined {
  return mark.endsWith(UNFINISHED) ? mark.slice(0, -UNFINISHED.length) : undefined;
}

/** The lock file that tells whether sessions are being made. No slug of a path is called so: those begin with a dash. */
export function launchesLockFile(stateDir: string): string {
  return join(stateDir, 'locks', 'launches');
}

/** The lock file of whoever takes one of the places that are limited. */
export function placesLockFile(stateDir: string): string {
  return join(stateDir, 'locks', 'places');
}

/** The lock file of whoever removes old sessions. */
export function collectorLockFile(stateDir: string): string {
  return join(stateDir, 'locks', 'gc');
}

/** Where the numbers are that sessions have of their own as long as they live: one folder for each repository. */
export function slotsFolder(stateDir: string, scope: string): string {
  return join(stateDir, 'slots', scope);
}

/** Where sessions are put that are being removed: what is in it is nobody's. */
export function trashFolder(stateDir: string): string {
  return join(stateDir, 'trash');
}

/** The lock file under which everybody writes to one shared dir, which is named by its real path. */
export function sharedLockFile(stateDir: string, sharedRealPath: string): string {
  // Two dirs that share a name would share a lock, which only makes them wait for each other.
  return lockOfLog(stateDir, projectSlug(sharedRealPath));
}

/** Where it is written down what was merged into one shared dir, which is named by its real path. */
export function logFolder(stateDir: string, sharedRealPath: string): string {
  return join(logsFolder(stateDir), projectSlug(sharedRealPath));
}

/** Holds the logs of all shared dirs. */
export function logsFolder(stateDir: string): string {
  return join(stateDir, 'log');
}

/** Where the last good versions of files with settings are, of one shared dir, which is named by its real path. */
export function goodFolder(stateDir: string, sharedRealPath: string): string {
  return join(stateDir, 'good', projectSlug(sharedRealPath));
}

/** The lock file of the shared dir whose log has this name in the folder of logs. */
export function lockOfLog(stateDir: string, name: string): string {
  return join(stateDir, 'locks', name);
}

/** What a person is about to do by hand to the shared dir whose log has this name; there only while they do. */
export function handIntent(stateDir: string, name: string): string {
  return join(stateDir, 'by-hand', `${name}.json`);
}

/** The lock file of those who want, or have, the client's lock on the state file of one shared dir. */
export function stateTurnFile(stateDir: string, sharedRealPath: string): string {
  return `${sharedLockFile(stateDir, sharedRealPath)}.state`;
}

/** Held by the one session that keeps the last good versions of one shared dir's files. */
export function goodLockFile(stateDir: string, sharedRealPath: string): string {
  return `${sharedLockFile(stateDir, sharedRealPath)}.good`;
}

/** Held by the one session that looks at what others write to the memory of one shared dir. */
export function repairLockFile(stateDir: string, sharedRealPath: string): string {
  // No slug has a dot.
  return `${sharedLockFile(stateDir, sharedRealPath)}.healer`;
}
