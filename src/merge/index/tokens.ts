import type { IndexItem } from './items.js';
import type { Sides } from '../text/regions.js';

/** The lines of an entry in each version; absent if the version does not have it. */
export interface EntryTexts {
  readonly base?: readonly string[];
  readonly ours?: readonly string[];
  readonly theirs?: readonly string[];
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
