import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls the condition until it returns something other than `false` or `undefined`, and resolves to that.
 *
 * Fails after the time limit (default 10 s) with the description and, if the condition threw, its last error. If there is an
 * event (output, a request, an exit), wait for the event instead.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  what: string,
  { timeout = 10_000, interval = 25 } = {},
): Promise<Exclude<T, false | undefined>> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const outcome = await attempt(condition);
    if (outcome.happened) return outcome.value;
    if (performance.now() > deadline) {
      throw new Error(`within ${timeout} ms it did not happen: ${what}`, { cause: outcome.error });
    }
    await sleep(interval);
  }
}

type Outcome<T> = { happened: true; value: Exclude<T, false | undefined> } | { happened: false; error?: unknown };

async function attempt<T>(condition: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    const value = await condition();
    return isThere(value) ? { happened: true, value } : { happened: false };
  } catch (error) {
    return { happened: false, error };
  }
}

function isThere<T>(value: T): value is Exclude<T, false | undefined> {
  return value !== false && value !== undefined;
}
