/** Times in milliseconds. */
export interface DebounceTimes {
  /** How long to wait after a change, because another one often follows. */
  readonly debounceMs: number;
  /** How long to wait at most while changes keep coming. */
  readonly maxWaitMs: number;
  /** The pause after a pass, as a multiple of its duration: many sessions that write all the time must not fill the machine. */
  readonly cooldown: number;
}

export const LIVE_SYNC_TIMES: DebounceTimes = { debounceMs: 250, maxWaitMs: 750, cooldown: 20 };

/**
 * When the next pass is due after a change at `now`. `first`: the time of the first change that no pass has seen; `rested`: the end of the
 * pause after the last pass. All on one clock, in milliseconds.
 */
export function dueAt({ debounceMs, maxWaitMs }: DebounceTimes, now: number, first: number, rested: number): number {
  return Math.max(Math.min(now + debounceMs, first + maxWaitMs), rested);
}
