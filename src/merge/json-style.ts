import { applyEdits, format } from 'jsonc-parser';
import { tokensOf } from './json-tokens.js';
import type { JsonDocument } from './json-tree.js';

/** How a JSON text is laid out. */
export interface JsonStyle {
  readonly eol: '\n' | '\r\n';
  /** What one level is indented by. */
  readonly unit: string;
  /** What its root holds begins on a new line. */
  readonly tall: boolean;
  /** What stands after a colon, and after a comma within a line. */
  readonly space: string;
}

/** Reads the layout off a document. An empty one counts as written by `JSON.stringify(value, null, 2)`. */
export function styleOf({ text, root }: JsonDocument): JsonStyle {
  const first = root.kind === 'scalar' ? undefined : root.slots[0];
  const lead = first === undefined ? '\n  ' : text.slice(root.start + 1, first.start);
  const tall = lead.includes('\n');
  const unit = /\n([ \t]+)$/.exec(lead)?.[1] ?? '  ';
  return { eol: text.includes('\r\n') ? '\r\n' : '\n', unit, tall, space: tall || /[:,] /.test(text) ? ' ' : '' };
}

/**
 * A piece of one document as it is to be written into another: as it stands where both are laid out alike, else laid out
 * anew, token by token, so that no number or string changes. `indent` is what its first line is indented by; null puts it
 * on one line. Comments go where they could not stand: on one line, or in a document that has none.
 */
export function carry(piece: string, from: JsonDocument, to: JsonDocument, indent: string | null): string {
  const style = styleOf(to);
  const plain = from.strict || !to.strict ? piece : oneLine(piece, style.space);
  if (indent === null) {
    return oneLine(plain, style.space);
  }
  if (plain === piece && sameStyle(styleOf(from), style)) {
    return plain;
  }
  const spaces = !style.unit.includes('\t');
  const options = { tabSize: spaces ? style.unit.length : 1, insertSpaces: spaces, eol: style.eol };
  return applyEdits(plain, format(plain, undefined, options)).replaceAll(/\r?\n/g, style.eol + indent);
}

function sameStyle(a: JsonStyle, b: JsonStyle): boolean {
  return a.eol === b.eol && a.unit === b.unit && a.tall === b.tall && a.space === b.space;
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
