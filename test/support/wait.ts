import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the condition gives something other than `false` or `undefined`, and resolves to that.
 *
 * Fails after the bound (10 s unless told) with what was waited for and, where the condition threw, its last error. For
 * what announces itself (output, a request, an exit) wait for the event in place of this.
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
