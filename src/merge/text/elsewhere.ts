import { type Block, linesOf, piecesOf, readBlocks } from './units/blocks.js';
import type { Hunk } from './lines/hunk.js';
import { overlap } from './regions.js';
import { concat } from './lines/sequences.js';
import { isTelling } from './units/telling.js';
import { levelOf } from './units/units.js';
import { countWords, MIN_WORDS } from './units/words.js';

type Lines = readonly string[];

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
  const less = without(own, other, () => true);
  const standing = less.filter(({ hunk }) => !theirs.hunks.some((replaced) => replaced.start < replaced.end && overlap(hunk, replaced)));
  const fewer = without(other, standing, (block, larger) => piecesOf([block]).length < piecesOf([larger]).length);
  return { ours: rewrite(ours, own, less), theirs: rewrite(theirs, other, fewer) };
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
    blocks: readBlocks(lines.slice(hunk.from, hunk.to), { above: lines[hunk.from - 1], below: lines[hunk.to] }) ?? [],
    below: levelFrom(lines, hunk.to),
  }));
}

function levelFrom(lines: Lines, place: number): number {
  const below = lines.slice(place, place + MAX_GAP).find((line) => line.trim() !== '');
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

/** More empty lines than this are not skipped. */
const MAX_GAP = 8;

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
