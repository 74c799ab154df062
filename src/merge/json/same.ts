import type { JsonContainer } from './text/nodes.js';

/** Gives equal texts equal numbers. */
export type Interner = (text: string) => number;

/**
 * The number of a scalar: equal for equal values. Numbers are compared by their text, so that none is rounded; strings by
 * what they say. `value` is what `source` was read as.
 */
export function sameOfScalar(value: unknown, source: string, intern: Interner): number {
  return intern(typeof value === 'string' ? JSON.stringify(value) : source);
}

/** The number of an object, whatever the order of its keys, or of an array, whose values have theirs. */
export function sameOfContainer({ kind, slots, byKey }: JsonContainer, intern: Interner): number {
  if (kind === 'array') {
    return intern(`[${slots.map(({ value }) => value.same).join(',')}]`);
  }
  const members = [...byKey].map(([key, { value }]) => `${intern(JSON.stringify(key))}:${value.same}`);
  return intern(`{${members.toSorted().join(',')}}`);
}
