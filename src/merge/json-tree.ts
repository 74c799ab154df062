import { visit } from 'jsonc-parser';
import { tokensOf } from './json-tokens.js';

/** One member of an object or one item of an array, with its place in the text. */
export interface Slot {
  /** Where it begins: at the key of a member, at the value of an item. */
  readonly start: number;
  /** The name of a member; null for an item. */
  readonly key: string | null;
  readonly value: JsonNode;
  /** Where the comma behind it is, or null. */
  comma: number | null;
}

/** A value of a JSON text and where it stands, from `start` to `end` (exclusive). */
export type JsonNode = JsonContainer | JsonScalar;

interface JsonScalar {
  readonly kind: 'scalar';
  readonly type: 'string' | 'number' | 'other';
  readonly start: number;
  end: number;
  /** Two values of one `Interner` are deeply equal exactly when these are. */
  same: number;
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

interface Comment {
  readonly start: number;
  readonly end: number;
  /** It goes up to the end of its line. */
  readonly line: boolean;
}

export interface JsonDocument {
  readonly text: string;
  readonly root: JsonNode;
  readonly comments: readonly Comment[];
  /** No comment and no trailing comma: what JSON.parse takes. */
  readonly strict: boolean;
}

/** Gives equal texts equal numbers. */
export type Interner = (text: string) => number;

/** A fresh interner, to be shared by all documents whose values are to be compared. */
export function createInterner(): Interner {
  const ids = new Map<string, number>();
  return (text) => {
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return id;
  };
}

/** The parser is recursive; this deep it is far from the end of any stack. */
const MAX_DEPTH = 2000;

/**
 * Parses a JSON text, with comments and trailing commas allowed; null when it is anything else, or deeper than 2,000
 * levels. Numbers are compared by their text, so that none is rounded; strings by what they say; objects without regard
 * to the order of their keys.
 */
export function parseJson(text: string, intern: Interner): JsonDocument | null {
  if (depthOf(text) > MAX_DEPTH) {
    return null;
  }
  const top = newContainer('array', -1);
  const open: JsonContainer[] = [top];
  const comments: Comment[] = [];
  let failed = false;
  let key: { name: string; start: number } | null = null;
  let trailing = false;
  const container = (): JsonContainer => open.at(-1) ?? top;
  const put = (value: JsonNode): void => {
    const slot: Slot = { start: key?.start ?? value.start, key: key?.name ?? null, value, comma: null };
    container().slots.push(slot);
    if (slot.key !== null) {
      container().byKey.set(slot.key, slot);
    }
    key = null;
  };
  const begin = (kind: 'object' | 'array', start: number): void => {
    const value = newContainer(kind, start);
    put(value);
    open.push(value);
  };
  const finish = (end: number): void => {
    const value = open.pop() ?? top;
    value.end = end;
    value.same = intern(describe(value, intern));
    trailing ||= typeof value.slots.at(-1)?.comma === 'number';
  };
  visit(
    text,
    {
      onObjectBegin: (offset) => begin('object', offset),
      onArrayBegin: (offset) => begin('array', offset),
      onObjectEnd: (offset) => finish(offset + 1),
      onArrayEnd: (offset) => finish(offset + 1),
      onObjectProperty: (name, start) => {
        key = { name, start };
      },
      onLiteralValue: (value: unknown, start, length) => {
        put(newScalar(value, text.slice(start, start + length), start, intern));
      },
      onSeparator: (character, offset) => {
        const last = container().slots.at(-1);
        if (character === ',' && last !== undefined) {
          last.comma = offset;
        }
      },
      onComment: (start, length) => {
        comments.push({ start, end: start + length, line: text.startsWith('//', start) });
      },
      onError: () => {
        failed = true;
      },
    },
    { allowTrailingComma: true },
  );
  const root = top.slots[0]?.value;
  const valid = !failed && root !== undefined && top.slots.length === 1 && open.length === 1;
  return valid ? { text, root, comments, strict: comments.length === 0 && !trailing } : null;
}

function newContainer(kind: 'object' | 'array', start: number): JsonContainer {
  return { kind, start, end: -1, same: -1, slots: [], byKey: new Map() };
}

function newScalar(value: unknown, source: string, start: number, intern: Interner): JsonScalar {
  const type = typeof value === 'string' || typeof value === 'number' ? typeof value : 'other';
  const same = intern(typeof value === 'string' ? JSON.stringify(value) : source);
  return { kind: 'scalar', type: type === 'string' || type === 'number' ? type : 'other', start, end: start + source.length, same };
}

function describe(node: JsonContainer, intern: Interner): string {
  if (node.kind === 'array') {
    return `[${node.slots.map(({ value }) => value.same).join(',')}]`;
  }
  const members = [...node.byKey].map(([key, { value }]) => `${intern(JSON.stringify(key))}:${value.same}`);
  return `{${members.toSorted().join(',')}}`;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const { text: token } of tokensOf(text)) {
    if (token === '{' || token === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (token === '}' || token === ']') {
      depth -= 1;
    }
  }
  return deepest;
}
