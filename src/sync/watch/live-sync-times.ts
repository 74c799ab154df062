/** Times in milliseconds. */
export interface Pace {
  /** Waits so long after a change: the next one often follows. */
  readonly quiet: number;
  /** Whoever keeps writing is not waited for longer than this. */
  readonly patience: number;
  /** So many times the duration of a pass is rested after it: many sessions that write all the time must not fill the machine. */
  readonly rest: number;
}

export const PACE: Pace = { quiet: 250, patience: 750, rest: 20 };

/**
 * When the next pass is due, after a change now: `first` is when the first change was that no pass has seen, `rested` when the
 * last pass has been rested from. All on one clock, in milliseconds.
 */
export function dueAt({ quiet, patience }: Pace, now: number, first: number, rested: number): number {
  return Math.max(Math.min(now + quiet, first + patience), rested);
}
