import { quote } from '../system/shell-quote.js';

/** A word as a person types it into a shell: in quotes only where it needs them. */
export function typed(word: string): string {
  return /^[\p{L}\p{N}@%+=:,./_-]+$/u.test(word) ? word : quote(word);
}
