import { decodeText, sameBytes } from '../system/content.js';
import type { Driver } from './drivers.js';
import { readIndex } from './index/entries.js';
import type { JsonNode } from './json/document.js';
import { parseJsonFile } from './json/parse-json.js';
import { inBoth } from './merge.js';
import { isHeading } from './text/markdown.js';

/** The change of a writer that had read an older version than the one it overwrote. */
export interface LostUpdate {
  /** The version that it had read. */
  readonly base: Uint8Array | null;
  /** The version that it overwrote. */
  readonly latest: Uint8Array;
}

/** One statement of a version of a file: a line, an entry or a value. */
interface Statement {
  /** Its subject: the entry, or the path of the value; null for a line, which has no subject of its own. */
  readonly topic: string | null;
  readonly text: string;
  /** The heading that a line stands under; null for a line above all headings, an entry and a value. */
  readonly heading: string | null;
}

/** The statements of a version, under names that are equal for equal statements. */
type Statements = ReadonlyMap<string, Statement>;

/**
 * Detects whether a version was made from an older one than the latest: by a writer that read before pclaude's last merges and wrote after
 * them. `past`: the known versions, the oldest first; the last is the one that should have been in the file.
 *
 * This is the case when the version has nothing of what came in after the older one, and some of what the older one had. A writer that had
 * read the latest could only have made it by undoing exactly what came in, and nothing else, and adding something of its own. A version
 * that equals a past one, byte for byte, is such an undoing. In doubt both are kept: the caller merges with `base`.
 */
export function detectLostUpdate(past: readonly (Uint8Array | null)[], theirs: Uint8Array, driver: Driver): LostUpdate | null {
  const latest = past.at(-1) ?? null;
  if (latest === null || past.some((version) => sameBytes(version, theirs))) return null;
  const [now, last] = [statementsOf(theirs, driver), statementsOf(latest, driver)];
  if (now === null || last === null) return null;
  let best: LostUpdate | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const base of past.slice(0, -1)) {
    const before = statementsOf(base, driver);
    if (before === null || !isMadeFrom(before, last, now)) continue;
    // Of several that fit, takes the one of which the least would have been removed, and of those the oldest.
    const missing = without(before, now).length;
    if (missing < fewest) [best, fewest] = [{ base, latest }, missing];
  }
  if (best === null || best.base === null || fewest === 0 || driver.kind === 'json') return best;
  // The writer may have read an unknown version from before the others came in. It has not removed what it never saw.
  return { ...best, base: inBoth(best.base, theirs) ?? best.base };
}

function isMadeFrom(before: Statements, last: Statements, now: Statements): boolean {
  const cameIn = without(last, before);
  if (cameIn.length === 0 || cameIn.some(([name]) => now.has(name)) || isOneValue(cameIn, before)) return false;
  const news = without(now, before).filter(([name]) => !last.has(name));
  if (cameIn.some(([, statement]) => news.some(([, other]) => isEditOf(statement, other)))) return false;
  const stayed = [...before.keys()].filter((name) => last.has(name));
  return hasMost(now, without(before, last)) && (stayed.length === 0 || stayed.some((name) => now.has(name)));
}

/** Whether only a single value came in. Changing one back may well be intended. */
function isOneValue(cameIn: readonly (readonly [string, Statement])[], before: Statements): boolean {
  const [[, only] = []] = cameIn;
  return cameIn.length === 1 && only !== undefined && only.topic !== null && [...before.values()].some(({ topic }) => topic === only.topic);
}

/**
 * Whether one statement is an edit of the other. A writer that edited what came in has seen it. Lines of the same form under different
 * headings are sections of two writers, not an edit.
 */
function isEditOf(one: Statement, other: Statement): boolean {
  if (one.topic !== null || other.topic !== null) return one.topic === other.topic;
  return one.heading === other.heading && likeness(one.text, other.text) >= ALIKE;
}

/** Lines with at least this share of words in common are forms of one line: one word of four was changed, or fewer. */
const ALIKE = 0.75;

/** Returns the share of words that two lines have in common, from 0 to 1. */
function likeness(one: string, other: string): number {
  const [words, others] = [one, other].map((text) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu)));
  if (!words || !others || words.size + others.size === 0) return 0;
  const common = [...words].filter((word) => others.has(word)).length;
  return (2 * common) / (words.size + others.size);
}

function without(statements: Statements, others: Statements): (readonly [string, Statement])[] {
  return [...statements].filter(([name]) => !others.has(name));
}

function hasMost(statements: Statements, wanted: readonly (readonly [string, Statement])[]): boolean {
  return 2 * wanted.filter(([name]) => statements.has(name)).length >= wanted.length;
}

/** Returns null when the driver merges files as a whole, or the version is not text or not JSON. */
function statementsOf(content: Uint8Array | null, driver: Driver): Statements | null {
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
    if (isHeading(content)) heading = content;
    else if (/[\p{L}\p{N}]/u.test(content)) statements.push({ topic: key, text: content, heading: key === null ? heading : null });
  }
  return statements;
}

function fromJson(text: string): Statement[] | null {
  const document = parseJsonFile(text);
  return document && valuesIn(document.root, document.text, '');
}

/** Items of an array have no topic, because they have no name of their own. */
function valuesIn(node: JsonNode, text: string, path: string): Statement[] {
  if (node.kind === 'object')
    return [...node.byKey].flatMap(([key, { value }]) => valuesIn(value, text, path === '' ? key : `${path}\0${key}`));
  if (node.kind === 'array')
    return node.children.map(({ value }) => ({ topic: null, text: `${path}\0[]${text.slice(value.start, value.end)}`, heading: null }));
  return [{ topic: path, text: text.slice(node.start, node.end), heading: null }];
}

/**
 * Returns the one of several versions of which `version` lacks the fewest lines, the first of equals; the first of all when it is not text.
 */
export function leastRemoved([first, ...others]: readonly [Uint8Array, ...(Uint8Array | null)[]], version: Uint8Array): Uint8Array {
  const kept = new Set(linesOf(version));
  const removed = (content: Uint8Array): number => (linesOf(content) ?? []).filter((line) => !kept.has(line)).length;
  if (linesOf(first) === null || kept.size === 0) return first;
  let [best, fewest] = [first, removed(first)];
  for (const other of others) {
    if (other === null || other.length === 0 || linesOf(other) === null || removed(other) >= fewest) continue;
    [best, fewest] = [other, removed(other)];
  }
  return best;
}

function linesOf(content: Uint8Array): string[] | null {
  return decodeText(content)?.split(/(?<=\n)/) ?? null;
}
