/** Times in milliseconds. */
export interface DebounceTimes {
  /** Waits so long after a change: the next one often follows. */
  readonly debounceMs: number;
  /** Whoever keeps writing is not waited for longer than this. */
  readonly maxWaitMs: number;
  /** So many times the duration of a pass is rested after it: many sessions that write all the time must not fill the machine. */
  readonly cooldown: number;
}

export const LIVE_SYNC_TIMES: DebounceTimes = { debounceMs: 250, maxWaitMs: 750, cooldown: 20 };

/**
 * When the next pass is due, after a change now: `first` is when the first change was that no pass has seen, `rested` when the
 * last pass has been rested from. All on one clock, in milliseconds.
 */
export function dueAt({ debounceMs, maxWaitMs }: DebounceTimes, now: number, first: number, rested: number): number {
  return Math.max(Math.min(now + debounceMs, first + maxWaitMs), rested);
}
