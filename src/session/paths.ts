import { join } from 'node:path';
import { projectSlug } from '../overlay/slug.js';

/** Where everything of one session is kept: `<state>/sessions/<id>/`, mode 0700. */
export interface SessionPaths {
  readonly id: string;
  readonly root: string;
  /** The private `CLAUDE_CONFIG_DIR`. The client guards folders of this name, so it must be called `.claude`. */
  readonly home: string;
  /** Memory that a tool call is writing: `<memory>/<call>/<path in the memory folder>`. Never below a `.claude`. */
  readonly memory: string;
  /** Holds what private files started from; the next three are in it. */
  readonly base: string;
  /** Shared content from which each private file in the home started, or with which it was last merged. */
  readonly homeBase: string;
  /** Shared content from which each file in `memory` started. */
  readonly memoryBase: string;
  /** For each call that may write memory the one file in the memory folder that it may write. */
  readonly calls: string;
  /** Each memory file as this session's model last saw it. */
  readonly memorySeen: string;
  readonly manifest: string;
  /** What of this session was merged, one JSON value a line. */
  readonly journal: string;
  /** The `--settings` file that the client is given. */
  readonly settings: string;
  /** Locked as long as the launcher or the client lives. */
  readonly alive: string;
  /** Locked as long as the launcher lives: until then it merges by itself. Older sessions have none. */
  readonly launcher: string;
  /** Stands in `<state>/open/` from the launch until all is merged, so that a launch need not look at closed sessions. */
  readonly openMark: string;
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
    memory: join(root, 'memory'),
    memoryBase: join(base, 'memory'),
    calls: join(base, 'calls'),
    memorySeen: join(base, 'seen'),
    manifest: join(root, 'session.json'),
    journal: join(root, 'merged.jsonl'),
    settings: join(root, 'settings.json'),
    alive: join(root, 'alive'),
    launcher: join(root, 'launcher'),
    openMark: join(openFolder(stateDir), id),
    unfinishedMark: join(openFolder(stateDir), id + UNFINISHED),
  };
}

export function sessionsFolder(stateDir: string): string {
  return join(stateDir, 'sessions');
}

export function openFolder(stateDir: string): string {
  return join(stateDir, 'open');
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

/** The lock file of whoever removes old sessions. */
export function collectorLockFile(stateDir: string): string {
  return join(stateDir, 'locks', 'gc');
}

/** Where sessions are put that are being removed: what is in it is nobody's. */
export function trashFolder(stateDir: string): string {
  return join(stateDir, 'trash');
}

/** The lock file under which everybody writes to one shared dir, which is named by its real path. */
export function sharedLockFile(stateDir: string, sharedRealPath: string): string {
  // Two dirs that share a name would share a lock, which only makes them wait for each other.
  return join(stateDir, 'locks', projectSlug(sharedRealPath));
}
