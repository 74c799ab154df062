import { isatty } from 'node:tty';

/** What may be said to the user. */
export type Voice =
  /** Whatever happened. */
  | 'all'
  /** Only conflicts and damage: nobody watches, or somebody reads our standard error. */
  | 'trouble'
  /** Nothing but failures. */
  | 'none';

/** Standard error belongs to scripts where no terminal is behind it, and where the client prints an answer. */
export function voiceOf(quiet: boolean, print: boolean): Voice {
  if (quiet) return 'none';
  return !print && isatty(2) ? 'all' : 'trouble';
}
