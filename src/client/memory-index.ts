/** How much of a memory index the client shows to the model: so many lines and so many characters. Seen in 2.1.329. */
const MOST_LINES = 200;
const MOST_CHARACTERS = 25_000;

/**
 * Describes what the client cuts off from an index that is too long: its length, and the hidden entries by the file to which they link,
 * other lines by their number. Returns undefined when the client shows the whole index. Frontmatter, comments, and empty lines at both ends
 * do not count.
 */
export function hiddenPart(index: string): string | undefined {
  const text = index
    .replace(/^\uFEFF?---\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/, '')
    .replaceAll(/<!--[\s\S]*?-->\n?/g, '')
    .trim();
  const lines = text.split('\n');
  if (lines.length <= MOST_LINES && text.length <= MOST_CHARACTERS) return undefined;
  const first = lines.slice(0, MOST_LINES).join('\n');
  const end = first.length <= MOST_CHARACTERS ? first.length : first.lastIndexOf('\n', MOST_CHARACTERS);
  const shown = end <= 0 ? 1 : first.slice(0, end).split('\n').length;
  const hidden = lines.flatMap((line, at) => (at < shown || line.trim() === '' ? [] : [nameOf(line, at + 1)]));
  const size =
    lines.length > MOST_LINES
      ? `${lines.length} lines long, and Claude reads ${MOST_LINES}`
      : `${text.length} characters long, and Claude reads ${MOST_CHARACTERS}`;
  return `${size}: it does not see ${hidden.length === 0 ? `the end of line ${shown}` : listed(hidden)}`;
}

function nameOf(line: string, number: number): string {
  return /\]\(([^)\s]+)\)/.exec(line)?.[1] ?? `line ${number}`;
}

/** How many names are listed. */
const MOST_NAMES = 5;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more <= 1 ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more`;
}
