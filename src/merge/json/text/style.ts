import type { JsonDocument, JsonNode, Slot } from './nodes.js';

/** The layout of a JSON text. */
export interface JsonStyle {
  readonly eol: '\n' | '\r\n';
  /** The indentation of one level. */
  readonly unit: string;
  /** Whether the first slot of the root is on a new line. */
  readonly tall: boolean;
  /** The text after a colon, and after a comma within a line. */
  readonly space: string;
}

/** Detects the layout of a document. An empty one counts as written by `JSON.stringify(value, null, 2)`. */
export function styleOf({ text, root }: JsonDocument): JsonStyle {
  const first = root.kind === 'scalar' ? undefined : root.slots[0];
  const lead = first === undefined ? '\n  ' : text.slice(root.start + 1, first.start);
  const tall = lead.includes('\n');
  const unit = /\n([ \t]+)$/.exec(lead)?.[1] ?? '  ';
  return { eol: text.includes('\r\n') ? '\r\n' : '\n', unit, tall, space: tall || isSpaced(text, root) ? ' ' : '' };
}

/** Whether a value in one style needs no change for the other. */
export function sameStyle(a: JsonStyle, b: JsonStyle): boolean {
  return a.eol === b.eol && a.unit === b.unit && a.tall === b.tall && a.space === b.space;
}

/** Whether a space follows the first colon, or the first comma between items. */
function isSpaced(text: string, root: JsonNode): boolean {
  let node: JsonNode | undefined = root;
  while (node !== undefined && node.kind !== 'scalar') {
    const [first, second]: readonly Slot[] = node.slots;
    if (first !== undefined && (first.key !== null || second !== undefined)) {
      const [from, to] = first.key === null ? [first.value.end, second?.start] : [first.keyEnd, first.value.start];
      return text.slice(from, to).includes(' ');
    }
    node = first?.value;
  }
  return false;
}
