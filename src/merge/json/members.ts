/** The offsets of a member of an object in a JSON text. */
export interface Member {
  readonly key: string;
  /** The offset after the comma or bracket before it. */
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** The offset after its comma or, without a comma, after its value. */
  readonly end: number;
}

export interface MemberList {
  /** In the order of the text. */
  readonly members: readonly Member[];
  readonly byKey: ReadonlyMap<string, Member>;
  /** The offset after the closing bracket. */
  readonly end: number;
}

/**
 * Returns the members of the object at `start` of a text that `JSON.parse` accepts. Reads each character once, and skips the inside of
 * strings. Returns null when two members have the same key.
 */
export function membersOf(text: string, start: number): MemberList | null {
  const members: Member[] = [];
  let at = start + 1;
  for (;;) {
    const begin = at;
    const name = skipSpace(text, at);
    if (text.charAt(name) !== '"') {
      const byKey = new Map(members.map((member) => [member.key, member]));
      return byKey.size === members.length ? { members, byKey, end: name + 1 } : null;
    }
    const nameEnd = stringEnd(text, name);
    const valueStart = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const valueEnd = endOfValue(text, valueStart);
    const next = skipSpace(text, valueEnd);
    at = text.charAt(next) === ',' ? next + 1 : valueEnd;
    members.push({ key: keyOf(text.slice(name, nameEnd)), start: begin, valueStart, valueEnd, end: at });
  }
}

function keyOf(written: string): string {
  return written.includes('\\') ? String(JSON.parse(written)) : written.slice(1, -1);
}

/** Returns the offset of the next character that is not white space. */
export function skipSpace(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

const [QUOTE, BACKSLASH, COMMA, BRACE, BRACE_END, BRACKET, BRACKET_END] = [0x22, 0x5c, 0x2c, 0x7b, 0x7d, 0x5b, 0x5d];

function stringEnd(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let before = end;
    while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 0) return end + 1;
  }
}

function endOfValue(text: string, start: number): number {
  let at = start;
  let depth = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (code === BRACE || code === BRACKET) depth += 1;
    else if (code === BRACE_END || code === BRACKET_END) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (code === COMMA || code <= 0x20)) return at;
    at += 1;
  }
  return at;
}
