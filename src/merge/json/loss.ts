import { createInterner, parseJson } from './tree.js';

/** With fewer keys than this a text says too little to tell. */
const ENOUGH = 4;

/**
 * Whether the most of the keys at the top of one JSON text are missing in another, as they are in what a program writes that has
 * found its file gone and begins anew. False where one of them is no JSON object.
 */
export function losesMost(before: string, after: string): boolean {
  const [old, next] = [keysOf(before), keysOf(after)];
  return old !== null && next !== null && old.length >= ENOUGH && 2 * old.filter((key) => next.includes(key)).length < old.length;
}

function keysOf(text: string): string[] | null {
  const root = parseJson(text.replace(/^\uFEFF/, ''), createInterner())?.root;
  return root?.kind === 'object' ? [...root.byKey.keys()] : null;
}
