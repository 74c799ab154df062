import { commonLines } from '../text/lines/common-lines.js';
import { mergeSides } from '../text/diff3.js';
import { arrange } from './arrange.js';
import { readIndex } from './items.js';
import { entryLines } from './entry-lines.js';
import { withEntries, withoutShared } from './places.js';
import { settleProse } from './prose.js';
import { keepChanged } from './removed.js';
import { isEntry, readTokens } from './tokens.js';
import { frameLines, readTexts } from '../text/lines/lines.js';
import type { EntryKey } from '../types.js';
import { settleStamps } from '../text/stamps.js';
import { TEXT_BUDGET_MS, type TextMerge } from '../text/merge-text.js';

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
  const merged = sides && mergeSides(withoutShared(sides), settleProse, deadline);
  if (sides === null || merged === null) {
    return null;
  }
  const arranged = arrange(withEntries(merged.lines, sides), tokens.sides, sides);
  const lines = arranged.tokens.flatMap((token) => (isEntry(token) ? entryLines(tokens.texts.get(token) ?? {}, deadline) : [token]));
  return { text: frameLines(lines, b ?? t, o, t), clean: merged.clean && arranged.clean };
}
