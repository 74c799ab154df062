/** A text of fewer words may occur twice by intention: by itself it identifies nothing. */
export const MIN_WORDS = 3;

/** Counts the words of a text. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}
