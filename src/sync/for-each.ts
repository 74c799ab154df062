import { fulfilled, settled, throwFirst } from './settled.js';

/**
 * Calls `act` for every item, also when some calls fail: one file that cannot be merged must not hold up the others.
 * Returns what the calls returned; throws the first error, when all items have had their turn.
 */
export function forEach<Item, Result>(items: readonly Item[], act: (item: Item) => Result): Result[] {
  const results = items.map((item) => settled(() => act(item)));
  throwFirst(results);
  return fulfilled(results);
}
