import { visit } from 'jsonc-parser';
import { isTooDeep } from './text/depth.js';
import { newContainer, type Comment, type JsonContainer, type JsonDocument, type JsonNode, type Slot } from './text/nodes.js';
import { sameOfContainer, sameOfScalar, type Interner } from './same.js';

/** Creates an interner. Documents whose values are compared must share one. */
export function createInterner(): Interner {
  const ids = new Map<string, number>();
  return (text) => {
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return id;
  };
}

/**
 * Parses a JSON text, in which comments and trailing commas are allowed. Returns null for any other text, and for one that is nested deeper
 * than 2,000 levels. Numbers are compared by their text, so that none is rounded; strings by their value; objects regardless of the order
 * of their keys.
 */
export function parseJson(text: string, intern: Interner): JsonDocument | null {
  if (isTooDeep(text)) {
    return null;
  }
  const top = newContainer('array', -1);
  const open: JsonContainer[] = [top];
  const comments: Comment[] = [];
  let failed = false;
  let key: { readonly name: string; readonly start: number; readonly end: number } | null = null;
  let trailing = false;
  const container = (): JsonContainer => open.at(-1) ?? top;
  const put = (value: JsonNode): void => {
    const slot: Slot = { start: key?.start ?? value.start, keyEnd: key?.end ?? value.start, key: key?.name ?? null, value, comma: null };
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
    value.same = sameOfContainer(value, intern);
    trailing ||= typeof value.slots.at(-1)?.comma === 'number';
  };
  visit(
    text,
    {
      onObjectBegin: (offset) => begin('object', offset),
      onArrayBegin: (offset) => begin('array', offset),
      onObjectEnd: (offset) => finish(offset + 1),
      onArrayEnd: (offset) => finish(offset + 1),
      onObjectProperty: (name, start, length) => {
        key = { name, start, end: start + length };
      },
      onLiteralValue: (value: unknown, start, length) => {
        const end = start + length;
        put({ kind: 'scalar', type: typeOf(value), start, end, same: sameOfScalar(value, text.slice(start, end), intern) });
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
  return valid ? { text, root, comments, trailing } : null;
}

function typeOf(value: unknown): 'string' | 'number' | 'other' {
  const type = typeof value;
  return type === 'string' || type === 'number' ? type : 'other';
}
