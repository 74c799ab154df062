import { createScanner, parse, type ParseError, visit } from 'jsonc-parser';
import { withoutBom } from '../../system/content.js';
import { type Comment, type JsonChild, type JsonContainer, type JsonDocument, type JsonNode, newContainer } from './document.js';

/** Returns the same number for equal texts, and different numbers for different ones. */
export type Interner = (text: string) => number;

/** Creates an interner. */
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
 * of their keys. Documents whose values are compared with each other must share an interner.
 */
export function parseJson(text: string, intern: Interner = createInterner()): JsonDocument | null {
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
    const child: JsonChild = {
      start: key?.start ?? value.start,
      keyEnd: key?.end ?? value.start,
      key: key?.name ?? null,
      value,
      comma: null,
    };
    container().children.push(child);
    if (child.key !== null) {
      container().byKey.set(child.key, child);
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
    trailing ||= typeof value.children.at(-1)?.comma === 'number';
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
        const last = container().children.at(-1);
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
  const root = top.children[0]?.value;
  const valid = !failed && root !== undefined && top.children.length === 1 && open.length === 1;
  return valid ? { text, root, comments, trailing } : null;
}

/** Parses the text of a JSON file: skips its byte order mark, and reads an empty file as `{}`. */
export function parseJsonFile(text: string, intern?: Interner): JsonDocument | null {
  const body = withoutBom(text);
  return parseJson(body.trim() === '' ? '{}' : body, intern);
}

function typeOf(value: unknown): 'string' | 'number' | 'other' {
  const type = typeof value;
  return type === 'string' || type === 'number' ? type : 'other';
}

/**
 * Returns the number of a scalar, which is equal for equal values. Numbers are compared by their text, so that none is rounded; strings by
 * their value. `value` is the parsed `source`.
 */
function sameOfScalar(value: unknown, source: string, intern: Interner): number {
  return intern(typeof value === 'string' ? JSON.stringify(value) : source);
}

/** Returns the number of an object, regardless of the order of its keys, or of an array. The values already have theirs. */
function sameOfContainer({ kind, children, byKey }: JsonContainer, intern: Interner): number {
  if (kind === 'array') {
    return intern(`[${children.map(({ value }) => value.same).join(',')}]`);
  }
  const members = [...byKey].map(([key, { value }]) => `${intern(JSON.stringify(key))}:${value.same}`);
  return intern(`{${members.toSorted().join(',')}}`);
}

/** The parser is recursive; this depth is far from the limit of any stack. */
const MAX_DEPTH = 2000;

/** Whether the brackets of a text, valid JSON or not, are nested deeper than 2,000 levels. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const token of tokensOf(text)) {
    if (token === '{' || token === '[') {
      depth += 1;
    } else if (token === '}' || token === ']') {
      depth -= 1;
    }
    if (depth > MAX_DEPTH) {
      return true;
    }
  }
  return false;
}

/** Yields the tokens of a JSON text as they are written, without white space and comments. Also reads an invalid text to its end. */
export function* tokensOf(text: string): Generator<string> {
  const scanner = createScanner(text, true);
  for (;;) {
    scanner.scan();
    const start = scanner.getTokenOffset();
    if (start >= text.length) {
      return;
    }
    yield text.slice(start, start + scanner.getTokenLength());
  }
}

/**
 * Returns the line and column of the first syntax error, both from 1 on; the start for a text that is invalid as a whole, such as an empty
 * one.
 */
export function errorPosition(text: string): { readonly line: number; readonly column: number } {
  const errors: ParseError[] = [];
  parse(text, errors, { allowTrailingComma: true });
  const lines = text.slice(0, errors[0]?.offset ?? 0).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
