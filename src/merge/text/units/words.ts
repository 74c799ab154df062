/** Text of fewer words may be meant twice: by itself it tells nothing. */
export const MIN_WORDS = 3;

/** How many words a text has. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}
