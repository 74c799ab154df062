import { findHunks } from '../text/hunks.js';
import { concat, countLines, type Deadline, isBlank, textEnd } from '../text/lines.js';
import { isHeading } from '../text/markdown.js';
import type { Sides } from '../text/regions.js';
import { type EntryTexts, type IndexTokens, isEntry, type Tokens } from './entries.js';

/**
 * Puts entries that one side removed and the other changed back in their old position, because the change is kept. Returns null when that
 * position is not known by the deadline.
 */
export function keepChanged({ sides, texts }: IndexTokens, deadline: Deadline): Sides | null {
  const ours = putBack(sides.ours, sides.base, (token) => onlyChanged(texts.get(token), 'theirs', 'ours'), deadline);
  const theirs = putBack(sides.theirs, sides.base, (token) => onlyChanged(texts.get(token), 'ours', 'theirs'), deadline);
  return ours === null || theirs === null ? null : { base: sides.base, ours, theirs };
}

function onlyChanged(texts: EntryTexts | undefined, changedBy: keyof EntryTexts, removedBy: keyof EntryTexts): boolean {
  const [base, changed] = [texts?.base, texts?.[changedBy]];
  return texts?.[removedBy] === undefined && base !== undefined && changed !== undefined && changed.join('\n') !== base.join('\n');
}

/**
 * Inserts them after the lines that replaced them, so that they also stay below a heading that was changed; but before a new section if no
 * heading was replaced.
 */
function putBack(side: Tokens, base: Tokens, wanted: (token: string) => boolean, deadline: Deadline): Tokens | null {
  const lost = base.some((token) => isEntry(token) && wanted(token));
  const hunks = lost ? findHunks(base, side, deadline) : [];
  if (hunks === null) {
    return null;
  }
  const parts = hunks.flatMap(({ start, end, from, to }, index) => {
    const removed = base.slice(start, end);
    const insertAt = removed.some(isHeading) ? to : from + beforeSection(side.slice(from, to));
    return [
      side.slice(hunks[index - 1]?.to ?? 0, insertAt),
      removed.filter((token) => isEntry(token) && wanted(token)),
      side.slice(insertAt, to),
    ];
  });
  return concat([...parts, side.slice(hunks.at(-1)?.to ?? 0)]);
}

/** Returns how many lines precede the first heading and the empty lines above it. */
function beforeSection(lines: Tokens): number {
  const heading = lines.findIndex(isHeading);
  return heading === -1 ? lines.length : textEnd(lines.slice(0, heading));
}

/**
 * Removes entries that both sides added from ours, because theirs decides their position. If such an entry was added with an empty line
 * above and one below, one of the two is removed as well.
 */
export function withoutSharedEntries({ base, ours, theirs }: Sides): Sides {
  const [old, other] = [new Set(base), new Set(theirs)];
  const rest: string[] = [];
  for (const [at, token] of ours.entries()) {
    const blankBelow = isBlank(ours[at + 1]) || (at === ours.length - 1 && !isBlank(base.at(-1)));
    if (!isEntry(token) || old.has(token) || !other.has(token)) {
      rest.push(token);
    } else if (isBlank(rest.at(-1)) && blankBelow) {
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
  return insertMissing(insertMissing(result, theirs, belongs), ours, belongs);
}

/**
 * Inserts the entries of a version that belong in a list but are missing there, each after the entry that it follows in the version. The
 * first entries of a section are inserted at its end, else at the end of the list.
 */
function insertMissing(into: Tokens, version: Tokens, belongs: (token: string) => boolean): string[] {
  const indices = indicesOf(into);
  const behind = new Map<number, string[]>();
  let index = into.length - 1;
  for (const token of version) {
    const found = indices.get(token);
    if (found !== undefined) {
      index = found;
    } else if (belongs(token)) {
      behind.set(index, [...(behind.get(index) ?? []), token]);
    }
  }
  return [...(behind.get(-1) ?? []), ...into.flatMap((token, at) => [token, ...(behind.get(at) ?? [])])];
}

/** Returns the indices of entries and, for each heading that occurs once, the index of the last line below it. */
function indicesOf(tokens: Tokens): Map<string, number> {
  const counts = countLines(tokens);
  const indices = new Map<string, number>();
  let last = -1;
  for (const [at, token] of [...tokens.entries()].toReversed()) {
    last = last === -1 && !isBlank(token) ? at : last;
    if (isEntry(token)) {
      indices.set(token, at);
    } else if (isHeading(token)) {
      if (counts.get(token) === 1) {
        indices.set(token, last);
      }
      last = -1;
    }
  }
  return indices;
}
