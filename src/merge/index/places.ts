import { isEntry } from './tokens.js';
import type { Sides } from '../text/regions.js';

type Tokens = readonly string[];

/** Leaves entries out of ours that both sides added: they stand where theirs put them. */
export function withoutShared({ base, ours, theirs }: Sides): Sides {
  const [old, other] = [new Set(base), new Set(theirs)];
  return { base, ours: ours.filter((token) => !isEntry(token) || old.has(token) || !other.has(token)), theirs };
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
  return placeMissing(placeMissing(result, theirs.filter(belongs)), ours.filter(belongs));
}

/** Puts entries that are missing behind the one that they follow in `entries`, or at the end. */
function placeMissing(into: Tokens, entries: Tokens): string[] {
  const there = new Set(into);
  const atEnd: string[] = [];
  const behind = new Map<string, string[]>();
  let place = atEnd;
  for (const token of entries) {
    if (there.has(token)) {
      place = [];
      behind.set(token, place);
    } else {
      place.push(token);
    }
  }
  return [...into.flatMap((token) => [token, ...(behind.get(token) ?? [])]), ...atEnd];
}
