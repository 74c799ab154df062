/** A value of a JSON text at the offsets `start` to `end` (exclusive). */
export type JsonNode = JsonContainer | JsonScalar;

interface JsonScalar {
  readonly kind: 'scalar';
  readonly type: 'string' | 'number' | 'other';
  readonly start: number;
  readonly end: number;
  /** Two values with the same `Interner` are deeply equal exactly when these are equal. */
  readonly same: number;
}

export interface JsonContainer {
  readonly kind: 'object' | 'array';
  readonly start: number;
  end: number;
  same: number;
  readonly children: JsonChild[];
  /** The member that counts for each key: the last one, as in JSON.parse. Empty for an array. */
  readonly byKey: Map<string, JsonChild>;
}

/** A child of a container: a member of an object or an item of an array, with its offsets in the text. */
export interface JsonChild {
  /** The start of the key of a member, or of the value of an item. */
  readonly start: number;
  /** The end of the key of a member; `start` for an item. */
  readonly keyEnd: number;
  /** The key of a member; null for an item. */
  readonly key: string | null;
  readonly value: JsonNode;
  /** The offset of the comma after it; null without one. */
  comma: number | null;
}

export interface Comment {
  readonly start: number;
  readonly end: number;
  /** Whether it is a line comment, which ends with its line. */
  readonly line: boolean;
}

export interface JsonDocument {
  readonly text: string;
  readonly root: JsonNode;
  /** In the order of the text. */
  readonly comments: readonly Comment[];
  /** Whether any closing bracket has a comma before it. */
  readonly trailing: boolean;
}

/** Creates an object or array of which only the start is known. */
export function newContainer(kind: 'object' | 'array', start: number): JsonContainer {
  return { kind, start, end: -1, same: -1, children: [], byKey: new Map() };
}

/** A document with the style and the line offsets that are needed to edit it. */
export interface IndexedJson extends JsonDocument {
  readonly style: JsonStyle;
  /** The offset of each line. */
  readonly lines: readonly number[];
}

/** Prepares a document for edits, or as the source of values. */
export function indexJson(document: JsonDocument): IndexedJson {
  const lines = [0];
  for (let at = document.text.indexOf('\n'); at >= 0; at = document.text.indexOf('\n', at + 1)) {
    lines.push(at + 1);
  }
  return { ...document, style: styleOf(document), lines };
}

/** Returns the white space at the start of the line that contains an offset. */
export function indentAt({ text, lines }: IndexedJson, offset: number): string {
  const start = lines[countUpTo(lines, offset, (line) => line) - 1] ?? 0;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** Returns the last comment that ends at or before an offset. */
export function commentBefore({ comments }: IndexedJson, offset: number): Comment | undefined {
  return comments[countUpTo(comments, offset, ({ end }) => end) - 1];
}

/** Whether a container has a comment in it, at any depth. */
export function hasComments(document: IndexedJson, container: JsonContainer): boolean {
  return (commentBefore(document, container.end)?.start ?? -1) > container.start;
}

/** Counts the items of a list whose offset, as `offsetOf` returns it, is at most `limit`. The list is sorted by offset. */
export function countUpTo<T>(list: readonly T[], limit: number, offsetOf: (item: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && offsetOf(item) <= limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The layout of a JSON text. */
export interface JsonStyle {
  readonly eol: '\n' | '\r\n';
  /** The indentation of one level. */
  readonly unit: string;
  /** Whether the first child of the root is on a new line. */
  readonly tall: boolean;
  /** The text after a colon, and after a comma within a line. */
  readonly space: string;
}

/** Detects the layout of a document. An empty one counts as written by `JSON.stringify(value, null, 2)`. */
function styleOf({ text, root }: JsonDocument): JsonStyle {
  const first = root.kind === 'scalar' ? undefined : root.children[0];
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
    const [first, second]: readonly JsonChild[] = node.children;
    if (first !== undefined && (first.key !== null || second !== undefined)) {
      const [from, to] = first.key === null ? [first.value.end, second?.start] : [first.keyEnd, first.value.start];
      return text.slice(from, to).includes(' ');
    }
    node = first?.value;
  }
  return false;
}
