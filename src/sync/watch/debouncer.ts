/** Runs passes again and again, never two at once. */
interface Debouncer {
  /** Reports a change: a pass is due soon. */
  readonly changed: () => void;
  /** Begins no further pass; resolves when the running one has finished. */
  readonly stop: () => Promise<void>;
}

/** How long after a failed pass the next one is tried, in milliseconds. */
const AGAIN_MS = 5_000;

/**
 * Runs passes after changes. `pass` resolves to whether it succeeded; it must not throw. A change during a pass causes another one. The
 * timers do not keep the process alive.
 */
export function createDebouncer(times: DebounceTimes, pass: () => Promise<boolean>): Debouncer {
  let first: number | undefined;
  let pauseEnd = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;

  const schedule = (delay: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void (running = run()), delay).unref();
  };
  const run = async (): Promise<void> => {
    first = undefined;
    const start = performance.now();
    const good = await pass();
    const end = performance.now();
    pauseEnd = end + times.cooldown * (end - start);
    running = undefined;
    if (stopped) return;
    if (first !== undefined) schedule(dueAt(times, end, first, pauseEnd) - end);
    else if (!good) schedule(AGAIN_MS);
  };
  return {
    changed: () => {
      const now = performance.now();
      first ??= now;
      if (!running && !stopped) schedule(dueAt(times, now, first, pauseEnd) - now);
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Times in milliseconds. */
interface DebounceTimes {
  /** How long to wait after a change, because another one often follows. */
  readonly debounceMs: number;
  /** How long to wait at most while changes keep coming. */
  readonly maxWaitMs: number;
  /** The pause after a pass, as a multiple of its duration: many sessions that write all the time must not fill the machine. */
  readonly cooldown: number;
}

export const LIVE_SYNC_TIMES: DebounceTimes = { debounceMs: 250, maxWaitMs: 750, cooldown: 20 };

/**
 * When the next pass is due after a change at `now`. `first`: the time of the first change that no pass has seen; `pauseEnd`: the end of the
 * pause after the last pass. All on one clock, in milliseconds.
 */
export function dueAt({ debounceMs, maxWaitMs }: DebounceTimes, now: number, first: number, pauseEnd: number): number {
  return Math.max(Math.min(now + debounceMs, first + maxWaitMs), pauseEnd);
}
