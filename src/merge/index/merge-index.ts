import type { EntryKey } from '../drivers.js';
import { surroundingsOf } from '../text/blocks.js';
import { mergeSides } from '../text/diff3.js';
import { commonLines } from '../text/hunks.js';
import { type Deadline, frameLines, isWithin, type Lines, readTexts, sameLines } from '../text/lines.js';
import { settleStamps, TEXT_BUDGET_MS, type TextMerge } from '../text/merge-text.js';
import { isOnlyAdded, type Region, sideOf, type Sides } from '../text/regions.js';
import { joinAdded, type Resolution, resolve } from '../text/resolve.js';
import { arrange } from './arrange.js';
import { type EntryTexts, isEntry, readIndex, readTokens, type Tokens } from './entries.js';
import { keepChanged, withEntries, withoutSharedEntries } from './kept-entries.js';

/** See `Driver`. */
interface IndexRules {
  readonly stamps: readonly string[];
  readonly entryKeys: readonly EntryKey[];
}

/**
 * Merges two versions of an index, a Markdown file that is mostly a list: `MEMORY.md`, `_index.md`. Each entry (`readIndex`) is merged by
 * itself, wherever it is in the file: an entry that one side added is added; one that one side removed and the other left unchanged is
 * removed; one that one side changed is changed. An entry that both sides changed differently is kept in both forms, theirs first, unless
 * one form begins with the other: a reader finds both lines and can join them, and no line is lost. The other lines, and the order, are
 * merged as text; `clean` is false only when both sides changed the same ones of these. Without a base (null) the result has everything
 * from both versions. Returns null when the merge takes too long.
 */
export function mergeIndex(
  base: string | null,
  ours: string,
  theirs: string,
  { stamps, entryKeys }: IndexRules,
  budget: number = TEXT_BUDGET_MS,
): TextMerge {
  const deadline = Date.now() + budget;
  const [o, t, b] = settleStamps(readTexts(base === null ? [ours, theirs] : [ours, theirs, base]), stamps);
  const old = b?.lines ?? commonLines(t?.lines ?? [], o?.lines ?? [], deadline);
  if (o === undefined || t === undefined || old === null) {
    return null;
  }
  const [baseItems, ourItems, theirItems] = [readIndex(old, entryKeys), readIndex(o.lines, entryKeys), readIndex(t.lines, entryKeys)];
  const tokens = readTokens({ base: baseItems, ours: ourItems, theirs: theirItems });
  const sides = keepChanged(tokens, deadline);
  const merged = sides && mergeSides(withoutSharedEntries(sides), settleProse, deadline);
  if (sides === null || merged === null) {
    return null;
  }
  const arranged = arrange(withEntries(merged.lines, sides), tokens.sides, sides);
  const lines = arranged.tokens.flatMap((token) => (isEntry(token) ? entryLines(tokens.texts.get(token) ?? {}, deadline) : [token]));
  return { text: frameLines(lines, b ?? t, o, t), clean: merged.clean && arranged.clean };
}

/**
 * Settles one region of an index. If both sides changed the same lines, the lines that are not entries decide whose version is taken.
 * Entries do not matter here: they are arranged afterwards.
 */
function settleProse(sides: Sides, region: Region): Resolution {
  if (region.ours.length === 0 || region.theirs.length === 0 || isOnlyAdded(region)) {
    return resolve(sides, region);
  }
  const ours = sideOf(sides, region, 'ours');
  const theirs = sideOf(sides, region, 'theirs');
  const [b, o, t] = [proseOf(sides.base.slice(region.start, region.end)), proseOf(ours), proseOf(theirs)];
  if (sameLines(o, b) || sameLines(t, b)) {
    return { lines: sameLines(o, b) ? theirs : ours, clean: true };
  }
  if (isWithin(o, b) && isWithin(t, b)) {
    const kept = new Set(o);
    return { lines: theirs.filter((token) => isEntry(token) || kept.has(token)), clean: true };
  }
  if (isWithin(o, t) || isWithin(t, o)) {
    return { lines: isWithin(o, t) ? theirs : ours, clean: true };
  }
  return b.length === 0
    ? { lines: joinAdded(theirs, ours, surroundingsOf(sides.base, region.start, region.end)), clean: true }
    : { lines: theirs, clean: false };
}

function proseOf(tokens: Tokens): string[] {
  return tokens.filter((token) => !isEntry(token));
}

/**
 * Returns the lines of an entry in the result. If both sides changed it in different ways: both changes, when the entry has several lines
 * and the sides changed different ones; the longer form, when it begins with the other; else theirs followed by ours. After the
 * deadline the lines are not compared.
 */
function entryLines({ base, ours, theirs }: EntryTexts, deadline: Deadline): Lines {
  if (ours === undefined || theirs === undefined) {
    return theirs ?? ours ?? [];
  }
  if (sameLines(ours, theirs) || (base !== undefined && sameLines(ours, base))) {
    return theirs;
  }
  if (base !== undefined && sameLines(theirs, base)) {
    return ours;
  }
  const merged = base !== undefined && base.length > 1 ? mergeSides({ base, ours, theirs }, resolve, deadline) : null;
  return merged?.clean === true ? merged.lines : bothForms(ours, theirs);
}

function bothForms(ours: Lines, theirs: Lines): Lines {
  const [o, t] = [ours.join('\n').trim(), theirs.join('\n').trim()];
  if (t.startsWith(o)) {
    return theirs;
  }
  return o.startsWith(t) ? ours : [...theirs, ...ours];
}
