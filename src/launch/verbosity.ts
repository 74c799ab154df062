import { isatty } from 'node:tty';

/** Which messages the user gets. */
export type Verbosity =
  /** All messages. */
  | 'all'
  /** Only conflicts and damage: no user watches, or a script reads standard error. */
  | 'trouble'
  /** Only failures. */
  | 'none';

/** Returns `trouble` when standard error belongs to a script: when it is not a terminal, or when the client prints an answer. */
export function verbosityOf(quiet: boolean, print: boolean): Verbosity {
  if (quiet) return 'none';
  return !print && isatty(2) ? 'all' : 'trouble';
}
