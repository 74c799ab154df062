import { isEntry } from './tokens.js';
import type { Sides } from '../text/regions.js';
import { countLines } from '../text/lines/sequences.js';
import { levelOf, NO_HEADING } from '../text/units/units.js';

type Tokens = readonly string[];

/**
 * Leaves entries that both sides added out of our side: they stand where theirs put them. An empty line above and one below, which
 * were added with an entry, become one again.
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

/** Sees to it that every entry that belongs into the merge of `sides` stands in `merged`, once, and no other. */
export function withEntries(merged: Tokens, { base, ours, theirs }: Sides): string[] {
  const [b, o, t] = [new Set(base), new Set(ours), new Set(theirs)];
  const belongs = (token: string): boolean => isEntry(token) && (b.has(token) ? o.has(token) && t.has(token) : o.has(token) || t.has(token));
  const seen = new Set<string>();
  const result = merged.filter((token) => {
    const keep = !isEntry(token) || (belongs(token) && !seen.has(token));
    seen.add(token);
    return keep;
  });
  return placeMissing(placeMissing(result, theirs, belongs), ours, belongs);
}

/**
 * Puts entries of a version that belong into a list, and are missing there, behind the entry that they follow; the first ones of a
 * section at the end of it, else of the list.
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

/** The places of entries, and for each heading that is there once the place of the last line below it. */
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
