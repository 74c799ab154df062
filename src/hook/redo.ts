/** What an edit becomes in a text other than the one for which it was made. */
export type Redone =
  /** The text already contains the edit. */
  { readonly kind: 'there' } | { readonly kind: 'again'; readonly after: string };

/**
 * Applies the input of the client's edit tool to another version of the text. Returns undefined when the position of the edit is unknown:
 * the words to replace are missing, or occur more than once.
 */
export function redoEdit(input: Readonly<Record<string, unknown>>, text: string): Redone | undefined {
  const { old_string: old, new_string: next, replace_all: all } = input;
  if (typeof old !== 'string' || typeof next !== 'string' || old === '') return undefined;
  if (isThere(old, next, text)) return { kind: 'there' };
  const places = text.split(old).length - 1;
  if (places === 0 || (places > 1 && all !== true)) return undefined;
  return { kind: 'again', after: text.replaceAll(old, () => next) };
}

/** Another writer may have added lines between those that the edit added, so each added line is looked up by itself. */
function isThere(old: string, next: string, text: string): boolean {
  if (next !== '' && text.includes(next)) return next.includes(old) || !text.includes(old);
  const [before, lines] = [new Set(old.split('\n')), new Set(text.split('\n'))];
  const added = next.split('\n').filter((line) => line.trim() !== '' && !before.has(line));
  return added.length > 0 && added.every((line) => lines.has(line));
}
