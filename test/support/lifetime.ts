import { constants } from 'node:os';

const vitest = process.env['VITEST'] === undefined ? undefined : await import('vitest');
const leftover: Cleanup[] = [];

type Cleanup = () => Promise<void> | void;

/**
 * Runs a clean-up at the end of the running test, whether it passed or failed; the newest first.
 *
 * Outside a test (a `beforeAll`, the demo) it runs at `endEverything`. Do not use it with `test.concurrent`, where the running
 * test is unknown.
 */
export function atEnd(cleanup: Cleanup): void {
  if (vitest?.TestRunner.getCurrentTest() === undefined) leftover.push(cleanup);
  else vitest.onTestFinished(cleanup);
}

/** Runs the clean-ups that `atEnd` could not assign to a test, the newest first; for `afterAll` and for scripts. */
export async function endEverything(): Promise<void> {
  for (let cleanup = leftover.pop(); cleanup !== undefined; cleanup = leftover.pop()) await cleanup();
}

/** For scripts: on a signal that ends the process, first runs the clean-ups of `atEnd`, so that no session outlives the script. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void endEverything().finally(() => process.exit(128 + constants.signals[signal])));
  }
}
