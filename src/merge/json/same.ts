import type { JsonContainer } from './text/nodes.js';

/** Returns the same number for equal texts, and different numbers for different ones. */
export type Interner = (text: string) => number;

/**
 * Returns the number of a scalar, which is equal for equal values. Numbers are compared by their text, so that none is rounded; strings by
 * their value. `value` is the parsed `source`.
 */
export function sameOfScalar(value: unknown, source: string, intern: Interner): number {
  return intern(typeof value === 'string' ? JSON.stringify(value) : source);
}

/** Returns the number of an object, regardless of the order of its keys, or of an array. The values already have theirs. */
export function sameOfContainer({ kind, slots, byKey }: JsonContainer, intern: Interner): number {
  if (kind === 'array') {
    return intern(`[${slots.map(({ value }) => value.same).join(',')}]`);
  }
  const members = [...byKey].map(([key, { value }]) => `${intern(JSON.stringify(key))}:${value.same}`);
  return intern(`{${members.toSorted().join(',')}}`);
}
