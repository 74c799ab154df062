import type { Config } from '../../config/config.js';
import type { SharedDir } from '../../client/shared-dir.js';
import type { Store } from '../../session/session.js';

/** How much something matters: with a warning or an error something is wrong. */
export type Level = 'ok' | 'note' | 'warning' | 'error';

/** One thing that a check has found. Names of files, sessions and settings, never what is in a file. */
export interface Finding {
  readonly level: Level;
  /** Goes on after the name of the place, where there is one. */
  readonly what: string;
  /** The place: a path, a session, or neither. */
  readonly path: string | null;
  readonly session: string | null;
  /** What to do about it; null where there is nothing to do. */
  readonly todo: string | null;
}

/** What is looked at. */
export interface DoctorContext extends Store {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The running script of ours, real path. */
  readonly program: string;
  readonly config: Config;
  readonly shared: SharedDir;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One thing that can be wrong. A check changes nothing; what it makes to try something out it removes. */
export interface Check {
  /** Stays the same from version to version. */
  readonly name: string;
  /** What is so when it finds nothing. */
  readonly fine: string;
  /** The folder without which there is nothing to look at. */
  readonly needs?: 'shared dir' | 'state dir';
  /** Throws `UserError` and the system's errors, which are findings, too. */
  readonly find: (world: DoctorContext) => readonly Finding[] | Promise<readonly Finding[]>;
}

type Place = Partial<Pick<Finding, 'path' | 'session'>>;

export function finding(level: Level, what: string, todo: string | null, { path = null, session = null }: Place = {}): Finding {
  return { level, what, path, session, todo };
}

/** A path as one word of a command that a person can copy. */
export function word(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
