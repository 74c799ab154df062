import { isatty } from 'node:tty';

/** What may be said to the user. */
export type Verbosity =
  /** Whatever happened. */
  | 'all'
  /** Only conflicts and damage: nobody watches, or somebody reads our standard error. */
  | 'trouble'
  /** Nothing but failures. */
  | 'none';

/** Standard error belongs to scripts where no terminal is behind it, and where the client prints an answer. */
export function verbosityOf(quiet: boolean, print: boolean): Verbosity {
  if (quiet) return 'none';
  return !print && isatty(2) ? 'all' : 'trouble';
}
