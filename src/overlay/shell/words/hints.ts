import type { Spelling } from './piece.js';
import type { Scope } from '../walk/scope.js';

/** Whether a text may name a shared file somewhere. */
export function hasHint(text: string, hints: readonly string[]): boolean {
  return hints.some((hint) => text.includes(hint));
}

/** Whether a word that is not understood may name one. */
export function isHinted({ places, source }: Scope, { start, end, pieces }: Spelling): boolean {
  const known = pieces.map(({ value }) => (value.kind === 'text' ? value.text : ' ')).join('');
  return hasHint(source.slice(start, end), places.hints) || hasHint(known, places.hints);
}
