const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/**
 * For every line of a Markdown text whether it stands inside a code fence (an opening line does not, a closing one does);
 * null when no line could open one. Rules of CommonMark 0.31, section 4.5: a fence is closed by one of the same character
 * that is at least as long and has nothing after it.
 */
export function fenceStates(lines: readonly string[]): boolean[] | null {
  let open: string | null = null;
  let any = false;
  const states = lines.map((line) => {
    const inside = open !== null;
    const next = fenceAfter(line, open);
    any ||= next !== open;
    open = next;
    return inside;
  });
  return any ? states : null;
}

/** The fence that is open after a line, given the one that was open before it (null: none). */
export function fenceAfter(line: string, open: string | null): string | null {
  const [, marks = '', rest = ''] = FENCE.exec(line) ?? [];
  if (marks === '') {
    return open;
  }
  if (open === null) {
    return marks.startsWith('`') && rest.includes('`') ? null : marks;
  }
  return marks.startsWith(open) && rest.trim() === '' ? null : open;
}
