import { isatty } from 'node:tty';
import type { SessionInvocation } from '../client/arguments.js';
import type { SharedDir } from '../client/shared-dir.js';
import type { Config } from '../config/config.js';
import type { Store } from '../session/session.js';
import { report } from '../system/report.js';

/** The client that the user wants to run, and with what. */
export interface ClientCommand {
  /** The path of the client. */
  readonly client: string;
  readonly args: readonly string[];
  /** The environment outside any session. */
  readonly environment: NodeJS.ProcessEnv;
  readonly shared: SharedDir;
}

/**
 * What every part of a launch needs. It is built once, from the command line, the environment and the config. The state dir of the launch is
 * the real path of the one in the config.
 */
export interface LaunchContext extends ClientCommand, Store {
  readonly config: Config;
  readonly verbosity: Verbosity;
  /** The folder of pclaude's built programs. */
  readonly programs: string;
}

/** The launch of a session. */
export interface SessionLaunch extends LaunchContext {
  readonly invocation: SessionInvocation;
  /** The folder in which the client starts. */
  readonly cwd: string;
}

/** Which messages the user gets. */
export type Verbosity =
  /** All messages. */
  | 'normal'
  /** Only conflicts and damage: no user watches, or a script reads standard error. */
  | 'warnings'
  /** Only failures. */
  | 'silent';

/** Returns `warnings` when standard error belongs to a script: when it is not a terminal, or when the client prints an answer. */
export function verbosityOf(quiet: boolean, print: boolean): Verbosity {
  if (quiet) return 'silent';
  return !print && isatty(2) ? 'normal' : 'warnings';
}

/** Reports a warning, unless the user wants to see failures only (`silent`). */
export function warn({ verbosity }: Pick<LaunchContext, 'verbosity'>, line: string): void {
  if (verbosity !== 'silent') report(line);
}
