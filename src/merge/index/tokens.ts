import type { IndexItem } from './items.js';
import type { Sides } from '../text/regions.js';

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
 * twice as well, by how often it has stood before. So no token of an entry stands twice in a version.
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
