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
