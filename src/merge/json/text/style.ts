import type { JsonDocument, JsonNode, Slot } from './nodes.js';

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
  return { eol: text.includes('\r\n') ? '\r\n' : '\n', unit, tall, space: tall || isSpaced(text, root) ? ' ' : '' };
}

/** Whether a value written in one style looks right in the other. */
export function sameStyle(a: JsonStyle, b: JsonStyle): boolean {
  return a.eol === b.eol && a.unit === b.unit && a.tall === b.tall && a.space === b.space;
}

/** Whether a blank follows the first colon, or comma between items. */
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
