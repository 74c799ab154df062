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
  readonly slots: Slot[];
  /** The member that counts for each key: the last one, as in JSON.parse. Empty for an array. */
  readonly byKey: Map<string, Slot>;
}

/** A member of an object or an item of an array, with its offsets in the text. */
export interface Slot {
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
  return { kind, start, end: -1, same: -1, slots: [], byKey: new Map() };
}
