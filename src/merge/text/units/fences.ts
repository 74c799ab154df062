const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const [SPACE, BACKTICK, TILDE] = [0x20, 0x60, 0x7e];

/**
 * Returns for each line of a Markdown text whether it is inside a code fence (an opening line is not, a closing one is); null when no line
 * opens one. Rules of CommonMark 0.31, section 4.5: a fence is closed by one of the same character that is at least as long and has nothing
 * after it.
 */
export function fenceStates(lines: readonly string[]): boolean[] | null {
  let open: string | null = null;
  let any = false;
  const states = lines.map((line) => {
    const inside = open !== null;
    open = fenceAfter(line, open);
    any ||= open !== null;
    return inside;
  });
  return any ? states : null;
}

/** Returns the fence that is open after a line, given the one that was open before it (null: none). */
export function fenceAfter(line: string, open: string | null): string | null {
  const match = mayBeFence(line) ? FENCE.exec(line) : null;
  if (match === null) {
    return open;
  }
  const [, marks = '', rest = ''] = match;
  if (open === null) {
    return marks.startsWith('`') && rest.includes('`') ? null : marks;
  }
  return marks.startsWith(open) && rest.trim() === '' ? null : open;
}

/** A quick check first: most lines are not fences, and this is faster than a regular expression. */
function mayBeFence(line: string): boolean {
  const first = line.charCodeAt(0);
  return first === SPACE || first === BACKTICK || first === TILDE;
}
