import { format } from 'jsonc-parser';
import { applyAll } from './edit.js';
import type { JsonNode } from './nodes.js';
import type { IndexedJson } from './indexed-json.js';
import { sameStyle, type JsonStyle } from './style.js';
import { tokensOf } from './tokens.js';

/**
 * Formats a value of one document for another: unchanged when both have the same style, else laid out anew, token by token, so that no
 * number or string changes. `indent` is the indentation of its first line; null puts it on one line. Comments are removed where they are
 * not possible, on one line or in a document without comments; so are trailing commas.
 */
export function reformat(value: JsonNode, from: IndexedJson, to: IndexedJson, indent: string | null): string {
  const piece = from.text.slice(value.start, value.end);
  if (value.kind === 'scalar') {
    return piece;
  }
  const foreign = (from.comments.length > 0 && to.comments.length === 0) || (from.trailing && !to.trailing);
  const plain = foreign || indent === null ? oneLine(piece, to.style.space) : piece;
  return indent === null || (!foreign && sameStyle(from.style, to.style)) ? plain : layOut(plain, to.style, indent);
}

/** Lays a value out over several lines. The formatter keeps existing line ends, so they are replaced here. */
function layOut(piece: string, { unit, eol }: JsonStyle, indent: string): string {
  const spaces = !unit.includes('\t');
  const edits = format(piece, undefined, { tabSize: spaces ? unit.length : 1, insertSpaces: spaces, eol });
  const tall = applyAll(
    piece,
    edits.map(({ offset, length, content }) => ({ start: offset, end: offset + length, text: content })),
  );
  return tall.replaceAll(/\r?\n/g, eol + indent);
}

function oneLine(piece: string, space: string): string {
  let line = '';
  let comma = false;
  for (const { text } of tokensOf(piece)) {
    const close = text === '}' || text === ']';
    line += (comma && !close ? `,${space}` : '') + (text === ',' ? '' : text) + (text === ':' ? space : '');
    comma = text === ',';
  }
  return line;
}
