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

/** Calls `act` for each item, for at most `most` items at once. The results are in the order of the items. */
export async function bounded<T, R>(items: readonly T[], most: number, act: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  const waiting = items.entries();
  const work = async (): Promise<void> => {
    for (const [at, item] of waiting) results.set(at, await act(item));
  };
  await Promise.all(Array.from({ length: most }, work));
  return [...results.entries()].toSorted(([one], [other]) => one - other).map(([, result]) => result);
}
