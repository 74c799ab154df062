import { dueAt, type DebounceTimes } from './live-sync-times.js';

/** Something that is done again and again, never twice at once. */
export interface Debouncer {
  /** Something has changed: a pass is due soon. */
  readonly changed: () => void;
  /** No pass begins any more; resolves when the one under way has ended. */
  readonly stop: () => Promise<void>;
}

/** Where a pass has failed, the next is tried after so long, in milliseconds. */
const AGAIN_MS = 5_000;

/**
 * Runs passes after changes. `pass` resolves to whether it went well; it must not throw. A change during a pass makes
 * another one. Timers do not keep the process alive.
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
