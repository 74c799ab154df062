import { type Block, linesOf, piecesOf, readBlocks, surroundingsOf } from './blocks.js';
import type { Hunk } from './hunks.js';
import { concat, isBlank, type Lines, MAX_GAP, sameLines } from './lines.js';
import { countWords, isTelling, levelOf, MIN_WORDS } from './markdown.js';
import { overlap } from './regions.js';

/** A version of a text and its changes. */
export interface Changed {
  readonly lines: Lines;
  readonly hunks: readonly Hunk[];
}

/** The blocks that a hunk added. */
interface Addition {
  readonly hunk: Hunk;
  readonly blocks: readonly Block[];
  /** The level of the first heading below them, if no other text comes before it. */
  readonly below: number;
}

/**
 * Removes from ours the blocks that theirs added at another position, so that the result has them once. Of two forms of a section of which
 * one contains all of the other, the larger one is kept. Blocks that both added at one position are joined there (`joinAdded`). A block of
 * fewer than three words is kept at both positions, because its meaning depends on the position.
 */
export function withoutShared(ours: Changed, theirs: Changed): { ours: Changed; theirs: Changed } {
  if (!addSame(ours, theirs)) {
    return { ours, theirs };
  }
  const [own, other] = [additionsOf(ours), additionsOf(theirs)];
  const ownLeft = without(own, other, () => true);
  const lasting = ownLeft.filter(({ hunk }) => !theirs.hunks.some((replaced) => replaced.start < replaced.end && overlap(hunk, replaced)));
  const otherLeft = without(other, lasting, (block, larger) => piecesOf([block]).length < piecesOf([larger]).length);
  return { ours: rewrite(ours, own, ownLeft), theirs: rewrite(theirs, other, otherLeft) };
}

/** A quick check first: usually two sides have not added any equal line. */
function addSame(ours: Changed, theirs: Changed): boolean {
  const added = ({ lines, hunks }: Changed): Lines => concat(hunks.map(({ from, to }) => lines.slice(from, to)));
  const other = new Set(added(theirs));
  return added(ours).some((line) => other.has(line) && isTelling(line));
}

function additionsOf({ lines, hunks }: Changed): Addition[] {
  return hunks.map((hunk) => ({
    hunk,
    blocks: readBlocks(lines.slice(hunk.from, hunk.to), surroundingsOf(lines, hunk.from, hunk.to)) ?? [],
    below: levelFrom(lines, hunk.to),
  }));
}

function levelFrom(lines: Lines, index: number): number {
  const below = lines.slice(index, index + MAX_GAP).find((line) => !isBlank(line));
  return below === undefined ? 0 : levelOf(below);
}

/**
 * Returns the additions without the blocks that one of `others` contains at another position. Each block of `others` matches one block
 * only.
 */
function without(additions: readonly Addition[], others: readonly Addition[], fits: (block: Block, other: Block) => boolean): Addition[] {
  const byName = new Map<string, { readonly hunk: Hunk; readonly block: Block }[]>();
  for (const { hunk, blocks } of others) {
    for (const block of blocks) {
      byName.set(block.name, [...(byName.get(block.name) ?? []), { hunk, block }]);
    }
  }
  const used = new Set<Block>();
  return additions.map(({ hunk, blocks, below }) => ({
    hunk,
    below,
    blocks: blocks.filter((block) => {
      const all = byName.get(block.name) ?? [];
      const holders = all.filter((other) => !used.has(other.block) && holds(other.block, block) && fits(block, other.block));
      const [holder] = holders;
      if (
        holder === undefined ||
        holders.some((other) => overlap(other.hunk, hunk)) ||
        !isDistinct(block, block === blocks.at(-1) ? below : 0)
      ) {
        return true;
      }
      used.add(holder.block);
      return false;
    }),
  }));
}

/** Whether a block means the same at another position. A heading that was added alone belongs to the text below it. */
function isDistinct(block: Block, below: number): boolean {
  const text = piecesOf([block])
    .flatMap(({ lines }) => lines)
    .join('\n');
  return (block.body.length > 0 || below <= block.level) && countWords(text) >= MIN_WORDS;
}

function holds(larger: Block, block: Block): boolean {
  return larger.name === block.name && block.body.every((part) => larger.body.some((other) => holds(other, part)));
}

/** Returns the version without some of the blocks that it added. */
function rewrite({ lines, hunks }: Changed, before: readonly Addition[], after: readonly Addition[]): Changed {
  const parts: Lines[] = [];
  const rewritten: Hunk[] = [];
  let [read, length] = [0, 0];
  for (const [index, hunk] of hunks.entries()) {
    const blocks = after[index]?.blocks ?? [];
    const added = blocks.length === before[index]?.blocks.length ? lines.slice(hunk.from, hunk.to) : linesOf(piecesOf(blocks));
    const kept = lines.slice(read, hunk.from);
    const from = length + kept.length;
    parts.push(kept, added);
    [read, length] = [hunk.to, from + added.length];
    if (hunk.start < hunk.end || added.length > 0) {
      rewritten.push({ ...hunk, from, to: length });
    }
  }
  return { lines: concat([...parts, lines.slice(read)]), hunks: rewritten };
}

/**
 * Removes lines that one side added right at the edge of a replacement by the other side, if that replacement starts or ends with the same
 * lines: the other side added them as well. Empty lines between them do not count.
 */
export function withoutRepeats(base: Lines, hunks: readonly Hunk[], others: readonly Hunk[], lines: Lines, otherLines: Lines): Hunk[] {
  const replacements = others.filter(({ start, end, from, to }) => start < end && from < to);
  const starts = new Map(replacements.map((other) => [other.start, other]));
  const ends = new Map(replacements.map((other) => [other.end, other]));
  return hunks.filter((hunk) => {
    if (hunk.start !== hunk.end) {
      return true;
    }
    const added = lines.slice(hunk.from, hunk.to);
    const below = blanksFrom(base, hunk.start, 1);
    const above = blanksFrom(base, hunk.start - 1, -1);
    const starting = firstOf(starts, hunk.start, below, 1);
    const ending = firstOf(ends, hunk.start, above, -1);
    const atStart = starting && startsWith(otherLines, starting.hunk, starting.gap, added);
    const atEnd = ending && endsWith(otherLines, ending.hunk, ending.gap, added);
    return atStart !== true && atEnd !== true;
  });
}

function blanksFrom(base: Lines, index: number, direction: 1 | -1): number {
  let count = 0;
  while (count < MAX_GAP && isBlank(base[index + direction * count])) {
    count += 1;
  }
  return count;
}

function firstOf(hunks: ReadonlyMap<number, Hunk>, index: number, most: number, direction: 1 | -1): { hunk: Hunk; gap: number } | null {
  for (let gap = 0; gap <= most; gap += 1) {
    const hunk = hunks.get(index + direction * gap);
    if (hunk !== undefined) {
      return { hunk, gap };
    }
  }
  return null;
}

function startsWith(lines: Lines, { from, to }: Hunk, gap: number, added: Lines): boolean {
  const first = from - gap;
  const same = first >= 0 && sameLines(added, lines.slice(first, first + added.length));
  return same && lines.slice(to, first + added.length).every(isBlank);
}

function endsWith(lines: Lines, { from, to }: Hunk, gap: number, added: Lines): boolean {
  const first = to + gap - added.length;
  const same = first >= 0 && sameLines(added, lines.slice(first, to + gap));
  return same && first < to && lines.slice(first, from).every(isBlank);
}
