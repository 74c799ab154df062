import { quote } from '../system/shell-quote.js';

/** A word as the user types it into a shell: quoted only if necessary. */
export function typed(word: string): string {
  return /^[\p{L}\p{N}@%+=:,./_-]+$/u.test(word) ? word : quote(word);
}
