import { decodeText } from '../system/bytes.js';
import { readIndex } from './index/items.js';
import type { JsonNode } from './json/text/nodes.js';
import { createInterner, parseJson } from './json/tree.js';
import type { Driver } from './types.js';

/** One statement of a version of a file: a line, an entry or a value. */
export interface Statement {
  /** Its subject: the entry, or the path of the value; null for a line, which has no subject of its own. */
  readonly topic: string | null;
  readonly text: string;
  /** The heading that a line stands under; null for a line above all headings, an entry and a value. */
  readonly heading: string | null;
}

const HEADING = /^#{1,6}\s/;

/** Returns the statements of a version under names that are equal for equal statements; null when the driver merges files as a whole. */
export function statementsOf(content: Uint8Array | null, driver: Driver): ReadonlyMap<string, Statement> | null {
  if (driver.kind === 'opaque') return null;
  const text = content === null ? '' : decodeText(content);
  if (text === null) return null;
  const statements = driver.kind === 'json' ? fromJson(text) : fromLines(text, driver);
  return statements && new Map(statements.map((statement) => [`${statement.topic ?? ''}\0${statement.text}`, statement]));
}

/** Skips lines without a letter or digit, which state nothing, and headings, because many writers choose the same. */
function fromLines(text: string, driver: Exclude<Driver, { kind: 'opaque' | 'json' }>): Statement[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const items = driver.kind === 'index' ? readIndex(lines, driver.entryKeys) : lines.map((line) => ({ key: null, lines: [line] }));
  const statements: Statement[] = [];
  let heading: string | null = null;
  for (const { key, lines: own } of items) {
    const content = own.join('\n');
    if (HEADING.test(content)) heading = content;
    else if (/[\p{L}\p{N}]/u.test(content)) statements.push({ topic: key, text: content, heading: key === null ? heading : null });
  }
  return statements;
}

function fromJson(text: string): Statement[] | null {
  const body = text.replace(/^\uFEFF/, '');
  const document = parseJson(body.trim() === '' ? '{}' : body, createInterner());
  return document && valuesIn(document.root, body, '');
}

/** Items of an array have no topic, because they have no name of their own. */
function valuesIn(node: JsonNode, text: string, path: string): Statement[] {
  if (node.kind === 'object')
    return [...node.byKey].flatMap(([key, { value }]) => valuesIn(value, text, path === '' ? key : `${path}\0${key}`));
  if (node.kind === 'array')
    return node.slots.map(({ value }) => ({ topic: null, text: `${path}\0[]${text.slice(value.start, value.end)}`, heading: null }));
  return [{ topic: path, text: text.slice(node.start, node.end), heading: null }];
}
