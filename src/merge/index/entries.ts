import type { EntryKey } from '../drivers.js';
import type { Lines } from '../text/lines.js';
import { fenceStates } from '../text/markdown.js';
import type { Sides } from '../text/regions.js';

/** An item of an index: an entry with the lines indented below it, or any other line, whose key is null. */
interface IndexItem {
  readonly key: string | null;
  readonly lines: Lines;
}

// Looser than the patterns in markdown.ts: an item or a row that is indented, but not below an entry, is an entry itself.
const BULLET = /^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$/;
const ROW = /^\s*\|(.*)$/;
const RULE = /^\s*\|[\s|:-]+$/;
const LINK = /^[*_~`]*\[(?:[^\]\\]|\\.)*\]\((<[^>]*>|[^)\s]*)/;
const INDENTED = /^(?: {2,}|\t)\s*\S/;

/**
 * Splits an index into items. Entries are list items and table rows, except the head of a table. An entry is identified by the first of
 * `entryKeys` that it has, else by its whole line.
 */
export function readIndex(lines: Lines, entryKeys: readonly EntryKey[]): IndexItem[] {
  const inFence = fenceStates(lines);
  const items: { key: string | null; lines: string[] }[] = [];
  let below: string[] | null = null;
  for (const [at, line] of lines.entries()) {
    if (below !== null && INDENTED.test(line)) {
      below.push(line);
      continue;
    }
    const key = inFence?.[at] === true || isHead(lines, at) ? null : keyOf(line, entryKeys);
    const item = { key, lines: [line] };
    items.push(item);
    below = key !== null && BULLET.test(line) ? item.lines : null;
  }
  return items;
}

/** Whether a line belongs to the head of a table: the names of the columns, or the rule below them. */
function isHead(lines: Lines, at: number): boolean {
  return isRule(lines[at]) || (isRule(lines[at + 1]) && ROW.test(lines[at] ?? ''));
}

function isRule(line: string | undefined): boolean {
  return line !== undefined && RULE.test(line) && line.includes('-');
}

function keyOf(line: string, entryKeys: readonly EntryKey[]): string | null {
  const cell = ROW.exec(line)?.[1]?.split('|', 1)[0]?.trim();
  const text = BULLET.exec(line)?.[1]?.trim();
  if (cell === undefined && text === undefined) {
    return null;
  }
  const keys: Record<EntryKey, string | undefined> = { link: targetOf(cell ?? text ?? ''), cell, text };
  const kind = entryKeys.find((name) => (keys[name] ?? '') !== '');
  return kind === undefined ? `line ${line}` : `${kind} ${keys[kind]}`;
}

function targetOf(text: string): string | undefined {
  return LINK.exec(text)?.[1]?.replaceAll(/^<|>$/g, '').replace(/^\.\//, '');
}

/** The words of an index that are compared: one for each line or entry. */
export type Tokens = Lines;

/** The lines of an entry in each version; absent if the version does not have it. */
export interface EntryTexts {
  readonly base?: Lines;
  readonly ours?: Lines;
  readonly theirs?: Lines;
}

/** The versions of an index as lists of tokens, and the lines of each entry by its token. */
export interface IndexTokens {
  readonly sides: Sides;
  readonly texts: ReadonlyMap<string, EntryTexts>;
}

/** The start of an entry's token. It looks like a list item, so that it is merged as one, and has a character that no text contains. */
const MARK = '- \0';

/** Whether a token represents an entry. Any other token is a line of the text. */
export function isEntry(token: string): boolean {
  return token.startsWith(MARK);
}

/**
 * Converts the versions of an index to tokens. There is one token for each key, so that an entry and its changed form are equal. A key that
 * occurs twice in one version does not identify an entry; its entries are identified by their text and, if the text is repeated as well, by
 * the number of earlier occurrences. So each token of an entry occurs once in a version.
 */
export function readTokens(items: { base: readonly IndexItem[]; ours: readonly IndexItem[]; theirs: readonly IndexItem[] }): IndexTokens {
  const repeated = new Set(Object.values(items).flatMap(repeatedKeys));
  const texts = new Map<string, EntryTexts>();
  const tokensOf = (side: keyof Sides): string[] => {
    const known = new Map<string, number>();
    return items[side].flatMap(({ key, lines }) => {
      if (key === null) {
        return lines;
      }
      const name = MARK + (repeated.has(key) ? `line ${lines.join('\n')}` : key);
      const count = known.get(name) ?? 0;
      known.set(name, count + 1);
      const token = count === 0 ? name : `${name}\0${count}`;
      texts.set(token, { ...texts.get(token), [side]: lines });
      return [token];
    });
  };
  return { sides: { base: tokensOf('base'), ours: tokensOf('ours'), theirs: tokensOf('theirs') }, texts };
}

function repeatedKeys(items: readonly IndexItem[]): string[] {
  const seen = new Set<string>();
  return items.flatMap(({ key }) => {
    const again = key !== null && seen.has(key);
    seen.add(key ?? '');
    return again ? [key] : [];
  });
}
