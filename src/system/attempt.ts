/** Calls `act` and returns its outcome in the form of `Promise.allSettled`. */
export function attempt<T>(act: () => T): PromiseSettledResult<T> {
  try {
    return { status: 'fulfilled', value: act() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

/** The values of the results that succeeded. */
export function fulfilled<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** Throws the reason of the first failure, if there is one. */
export function throwFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
