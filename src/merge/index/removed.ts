import { findHunks } from '../text/lines/hunks.js';
import { isEntry, type EntryTexts, type IndexTokens } from './tokens.js';
import type { Sides } from '../text/regions.js';
import { concat } from '../text/lines/sequences.js';
import { levelOf, NO_HEADING } from '../text/units/units.js';

type Tokens = readonly string[];

/**
 * Puts entries that one side removed and the other changed back in their old position, because the change is kept. Returns null when that
 * position is not known by `deadline` (milliseconds since the epoch).
 */
export function keepChanged({ sides, texts }: IndexTokens, deadline: number): Sides | null {
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
function putBack(side: Tokens, base: Tokens, wanted: (token: string) => boolean, deadline: number): Tokens | null {
  const lost = base.some((token) => isEntry(token) && wanted(token));
  const hunks = lost ? findHunks(base, side, deadline) : [];
  if (hunks === null) {
    return null;
  }
  const parts = hunks.flatMap(({ start, end, from, to }, index) => {
    const removed = base.slice(start, end);
    const place = removed.some(isHeading) ? to : from + beforeSection(side.slice(from, to));
    return [
      side.slice(hunks[index - 1]?.to ?? 0, place),
      removed.filter((token) => isEntry(token) && wanted(token)),
      side.slice(place, to),
    ];
  });
  return concat([...parts, side.slice(hunks.at(-1)?.to ?? 0)]);
}

/** Returns how many lines precede the first heading and the empty lines above it. */
function beforeSection(lines: Tokens): number {
  const heading = lines.findIndex(isHeading);
  return heading === -1 ? lines.length : lines.slice(0, heading).findLastIndex((line) => line.trim() !== '') + 1;
}

function isHeading(line: string): boolean {
  return levelOf(line) < NO_HEADING;
}
