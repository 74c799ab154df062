/**
 * Calls `act` for every item, also when some calls fail: one file that cannot be merged must not hold up the others.
 * Returns what the calls returned; throws the first error, when all items have had their turn.
 */
export function forEach<Item, Result>(items: readonly Item[], act: (item: Item) => Result): Result[] {
  const results: Result[] = [];
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      results.push(act(item));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return results;
}
