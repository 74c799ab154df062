/** A value of a JSON text and where it stands, from `start` to `end` (exclusive). */
export type JsonNode = JsonContainer | JsonScalar;

interface JsonScalar {
  readonly kind: 'scalar';
  readonly type: 'string' | 'number' | 'other';
  readonly start: number;
  readonly end: number;
  /** Two values of one `Interner` are deeply equal exactly when these are. */
  readonly same: number;
}

export interface JsonContainer {
  readonly kind: 'object' | 'array';
  readonly start: number;
  end: number;
  same: number;
  readonly slots: Slot[];
  /** The member that counts for each key: the last one, as for JSON.parse. Empty for an array. */
  readonly byKey: Map<string, Slot>;
}

/** One member of an object or one item of an array, with its place in the text. */
export interface Slot {
  /** Where it begins: at the key of a member, at the value of an item. */
  readonly start: number;
  /** Where the key of a member ends; for an item, `start`. */
  readonly keyEnd: number;
  /** The name of a member; null for an item. */
  readonly key: string | null;
  readonly value: JsonNode;
  /** Where the comma behind it is, or null. */
  comma: number | null;
}

export interface Comment {
  readonly start: number;
  readonly end: number;
  /** It goes up to the end of its line. */
  readonly line: boolean;
}

export interface JsonDocument {
  readonly text: string;
  readonly root: JsonNode;
  /** In the order of the text. */
  readonly comments: readonly Comment[];
  /** Whether a comma stands before a closing bracket somewhere. */
  readonly trailing: boolean;
}

/** An object or array of which nothing but its start is known yet. */
export function newContainer(kind: 'object' | 'array', start: number): JsonContainer {
  return { kind, start, end: -1, same: -1, slots: [], byKey: new Map() };
}
