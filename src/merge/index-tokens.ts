import type { IndexItem } from './index-entries.js';
import type { Sides } from './regions.js';

/** What an entry says in each version; absent where it does not stand. */
export interface EntryTexts {
  readonly base?: readonly string[];
  readonly ours?: readonly string[];
  readonly theirs?: readonly string[];
}

/** The versions of an index as lists of tokens, and the texts of the entries behind them. */
export interface IndexTokens {
  readonly sides: Sides;
  readonly texts: ReadonlyMap<string, EntryTexts>;
}

/** A list item, so that it is taken for one, with a character that no text has. */
const MARK = '- \0';

/** Whether a token stands for an entry. Any other is a line itself. */
export function isEntry(token: string): boolean {
  return token.startsWith(MARK);
}

/**
 * Turns the versions of an index into tokens that are equal for an entry and its changed form: one for each key. A key
 * that stands twice in one version identifies nothing; its entries are then known by their text, and where that stands
 * twice as well, they are ordinary lines. So no token of an entry stands twice in a version.
 */
export function readTokens(items: { base: readonly IndexItem[]; ours: readonly IndexItem[]; theirs: readonly IndexItem[] }): IndexTokens {
  const repeatedKeys = repeatedIn(items, ({ key }) => key);
  const keyed = (item: IndexItem): string | null => (item.key !== null && repeatedKeys.has(item.key) ? `line ${item.lines.join('\n')}` : item.key);
  const repeated = repeatedIn(items, keyed);
  const texts = new Map<string, EntryTexts>();
  const tokensOf = (side: keyof Sides): string[] =>
    items[side].flatMap((item) => {
      const key = keyed(item);
      if (key === null || repeated.has(key)) {
        return item.lines;
      }
      texts.set(MARK + key, { ...texts.get(MARK + key), [side]: item.lines });
      return [MARK + key];
    });
  return { sides: { base: tokensOf('base'), ours: tokensOf('ours'), theirs: tokensOf('theirs') }, texts };
}

/** The keys that stand more than once in any of the versions. */
function repeatedIn(versions: Readonly<Record<string, readonly IndexItem[]>>, keyOf: (item: IndexItem) => string | null): Set<string> {
  const repeated = new Set<string>();
  for (const items of Object.values(versions)) {
    const seen = new Set<string>();
    for (const key of items.map(keyOf)) {
      if (key !== null && seen.has(key)) {
        repeated.add(key);
      }
      seen.add(key ?? '');
    }
  }
  return repeated;
}
