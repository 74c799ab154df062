import { isEntry } from './tokens.js';
import type { Sides } from '../text/regions.js';
import { countLines } from '../text/lines/sequences.js';
import { levelOf, NO_HEADING } from '../text/units/units.js';

type Tokens = readonly string[];

/**
 * Removes entries that both sides added from ours, because theirs decides their position. If such an entry was added with an empty line
 * above and one below, one of the two is removed as well.
 */
export function withoutShared({ base, ours, theirs }: Sides): Sides {
  const [old, other] = [new Set(base), new Set(theirs)];
  const rest: string[] = [];
  for (const [at, token] of ours.entries()) {
    const blankBelow = ours[at + 1]?.trim() === '' || (at === ours.length - 1 && base.at(-1)?.trim() !== '');
    if (!isEntry(token) || old.has(token) || !other.has(token)) {
      rest.push(token);
    } else if (rest.at(-1)?.trim() === '' && blankBelow) {
      rest.pop();
    }
  }
  return { base, ours: rest, theirs };
}

/** Returns `merged` with exactly the entries that belong in the merge of `sides`, each once. */
export function withEntries(merged: Tokens, { base, ours, theirs }: Sides): string[] {
  const [b, o, t] = [new Set(base), new Set(ours), new Set(theirs)];
  const belongs = (token: string): boolean =>
    isEntry(token) && (b.has(token) ? o.has(token) && t.has(token) : o.has(token) || t.has(token));
  const seen = new Set<string>();
  const result = merged.filter((token) => {
    const keep = !isEntry(token) || (belongs(token) && !seen.has(token));
    seen.add(token);
    return keep;
  });
  return placeMissing(placeMissing(result, theirs, belongs), ours, belongs);
}

/**
 * Inserts the entries of a version that belong in a list but are missing there, each after the entry that it follows in the version. The
 * first entries of a section are inserted at its end, else at the end of the list.
 */
function placeMissing(into: Tokens, version: Tokens, belongs: (token: string) => boolean): string[] {
  const there = placesOf(into);
  const behind = new Map<number, string[]>();
  let place = into.length - 1;
  for (const token of version) {
    const found = there.get(token);
    if (found !== undefined) {
      place = found;
    } else if (belongs(token)) {
      behind.set(place, [...(behind.get(place) ?? []), token]);
    }
  }
  return [...(behind.get(-1) ?? []), ...into.flatMap((token, at) => [token, ...(behind.get(at) ?? [])])];
}

/** Returns the indices of entries and, for each heading that occurs once, the index of the last line below it. */
function placesOf(tokens: Tokens): Map<string, number> {
  const counts = countLines(tokens);
  const places = new Map<string, number>();
  let last = -1;
  for (const [at, token] of [...tokens.entries()].toReversed()) {
    last = last === -1 && token.trim() !== '' ? at : last;
    if (isEntry(token)) {
      places.set(token, at);
    } else if (levelOf(token) < NO_HEADING) {
      if (counts.get(token) === 1) {
        places.set(token, last);
      }
      last = -1;
    }
  }
  return places;
}
