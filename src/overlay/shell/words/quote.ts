/** How the shell reads the characters at some point of a word. */
export type Quoting = 'bare' | 'double' | 'single';

/**
 * `text` in shell quotes, for a stretch of a word: `before` is how the characters in front of it are quoted, and `after`
 * those behind it. For a whole word both are `bare`.
 */
export function quoted(text: string, before: Quoting, after: Quoting): string {
  if (before === 'bare' && after === 'bare') return isPlain(text) ? text : quoted(text, 'bare', 'single') + MARK.single;
  const style = before === 'bare' ? after : before;
  const opening = before === 'bare' ? MARK[style] : '';
  return opening + escaped(text, style) + (style === after ? '' : MARK[style] + MARK[after]);
}

const MARK: Readonly<Record<Quoting, string>> = { bare: '', double: '"', single: "'" };

function escaped(text: string, style: Quoting): string {
  return style === 'single' ? text.replaceAll("'", String.raw`'\''`) : text.replaceAll(/[\\"$`]/g, String.raw`\$&`);
}

/** Characters that mean nothing in any shell, wherever they stand in a path. */
export function isPlain(text: string): boolean {
  return /^[\w/.,:@%+-]+$/.test(text);
}
