/** What becomes of an edit in a text that is not the one in which it was made. */
export type Redone =
  /** The text has it already. */
  | { readonly kind: 'there' }
  | { readonly kind: 'again'; readonly after: string };

/**
 * Carries an edit over to another version of the text, by the input of the client's tool. Undefined where it cannot be told how:
 * the words to be replaced are not there, or more than once.
 */
export function redoEdit(input: Readonly<Record<string, unknown>>, text: string): Redone | undefined {
  const { old_string: old, new_string: next, replace_all: all } = input;
  if (typeof old !== 'string' || typeof next !== 'string' || old === '') return undefined;
  if (isThere(old, next, text)) return { kind: 'there' };
  const places = text.split(old).length - 1;
  if (places === 0 || (places > 1 && all !== true)) return undefined;
  return { kind: 'again', after: text.replaceAll(old, () => next) };
}

/** Others may have written between the lines that it has added. */
function isThere(old: string, next: string, text: string): boolean {
  if (next !== '' && text.includes(next)) return next.includes(old) || !text.includes(old);
  const [before, lines] = [new Set(old.split('\n')), new Set(text.split('\n'))];
  const added = next.split('\n').filter((line) => line.trim() !== '' && !before.has(line));
  return added.length > 0 && added.every((line) => lines.has(line));
}
