import { dueAt, type DebounceTimes } from './live-sync-times.js';

/** Runs passes again and again, never two at once. */
export interface Debouncer {
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
export function createDebouncer(pace: DebounceTimes, pass: () => Promise<boolean>): Debouncer {
  let first: number | undefined;
  let rested = 0;
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
    rested = end + pace.cooldown * (end - start);
    running = undefined;
    if (stopped) return;
    if (first !== undefined) schedule(dueAt(pace, end, first, rested) - end);
    else if (!good) schedule(AGAIN_MS);
  };
  return {
    changed: () => {
      const now = performance.now();
      first ??= now;
      if (!running && !stopped) schedule(dueAt(pace, now, first, rested) - now);
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
