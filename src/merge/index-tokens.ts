import { readIndex, type IndexItem } from './index-entries.js';
import type { Sides } from './regions.js';

/** What an entry says in each version; absent where it does not stand. */
export interface TokenText {
  readonly base?: readonly string[];
  readonly ours?: readonly string[];
  readonly theirs?: readonly string[];
}

/** A list item, so that it is taken for one, with a character that no text has. */
const MARK = '- \0';

/** Whether a token stands for an entry. Any other is a line itself. */
export function isEntry(token: string): boolean {
  return token.startsWith(MARK);
}

/**
 * Turns the versions of an index into tokens that are equal for an entry and its changed form: one for each key. A key
 * that stands twice in one version identifies nothing; its entries are then known by their text. An entry that
 * one side removed and the other changed is put back where it was: the change is kept.
 */
export function readTokens(base: readonly string[], ours: readonly string[], theirs: readonly string[]): { sides: Sides; texts: Map<string, TokenText> } {
  const items = { base: readIndex(base), ours: readIndex(ours), theirs: readIndex(theirs) };
  const repeated = new Set(Object.values(items).flatMap(repeatedKeys));
  const token = (item: IndexItem): string => tokenOf(item, repeated);
  const texts = new Map<string, TokenText>();
  for (const side of ['base', 'ours', 'theirs'] as const) {
    for (const item of items[side].filter(({ key }) => key !== null)) {
      texts.set(token(item), { ...texts.get(token(item)), [side]: item.lines });
    }
  }
  const old = items.base.map(token);
  const [own, other] = [items.ours.map(token), items.theirs.map(token)];
  const changed = (a: 'ours' | 'theirs', b: 'ours' | 'theirs') => (name: string): boolean => {
    const text = texts.get(name);
    return text?.base !== undefined && text[a] === undefined && text[b] !== undefined && text[b].join('\n') !== text.base.join('\n');
  };
  return {
    sides: { base: old, ours: putBack(own, old, changed('ours', 'theirs')), theirs: putBack(other, old, changed('theirs', 'ours')) },
    texts,
  };
}

function repeatedKeys(items: readonly IndexItem[]): string[] {
  const seen = new Set<string>();
  return items.flatMap(({ key }) => {
    const again = key !== null && seen.has(key);
    seen.add(key ?? '');
    return again ? [key] : [];
  });
}

function tokenOf({ key, lines }: IndexItem, repeated: ReadonlySet<string>): string {
  if (key === null) {
    return lines.join('\n');
  }
  return repeated.has(key) ? `${MARK}line ${lines.join('\n')}` : MARK + key;
}

function putBack(side: readonly string[], base: readonly string[], wanted: (token: string) => boolean): string[] {
  const result = [...side];
  for (const [at, token] of base.entries()) {
    if (isEntry(token) && wanted(token)) {
      const before = base.slice(0, at).findLast((other) => result.includes(other));
      result.splice(before === undefined ? 0 : result.lastIndexOf(before) + 1, 0, token);
    }
  }
  return result;
}
