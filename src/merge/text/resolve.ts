import { type Block, linesOf, piecesOf, readBlocks, type Surroundings, surroundingsOf } from './blocks.js';
import type { Hunk } from './hunks.js';
import { isWithin, type Lines, sameLines } from './lines.js';
import { NO_HEADING } from './markdown.js';
import { isOnlyAdded, type Region, sideOf, type Sides } from './regions.js';

/** The lines to which a region resolves. `clean` is false when both sides changed the same lines, and `lines` are theirs. */
export interface Resolution {
  readonly lines: Lines;
  readonly clean: boolean;
}

/**
 * Settles one region of a text:
 * - one side changed it, or both in the same way: that change, once;
 * - both only added lines: both, theirs first, each block once (see `joinAdded`);
 * - one only removed lines, the other changed or added some: the other's version, because only it has new content;
 * - both only removed lines: without all lines that either removed;
 * - the change of one includes all of the other's: the larger;
 * - otherwise: theirs, not clean.
 */
export function resolve(sides: Sides, region: Region): Resolution {
  const ours = sideOf(sides, region, 'ours');
  const theirs = sideOf(sides, region, 'theirs');
  if (region.ours.length === 0 || sameLines(ours, theirs)) {
    return { lines: theirs, clean: true };
  }
  if (region.theirs.length === 0) {
    return { lines: ours, clean: true };
  }
  if (isOnlyAdded(region)) {
    return { lines: joinAdded(theirs, ours, surroundingsOf(sides.base, region.start, region.end)), clean: true };
  }
  const added = { ours: addedBy(sides.ours, region.ours), theirs: addedBy(sides.theirs, region.theirs) };
  if (added.ours.length === 0 && added.theirs.length === 0) {
    return { lines: withoutBoth(sides.base, region), clean: true };
  }
  if (added.ours.length === 0 || (removesAll(region.theirs, region.ours) && isWithin(added.ours, added.theirs))) {
    return { lines: theirs, clean: true };
  }
  if (added.theirs.length === 0 || (removesAll(region.ours, region.theirs) && isWithin(added.theirs, added.ours))) {
    return { lines: ours, clean: true };
  }
  return { lines: theirs, clean: false };
}

/** Returns the lines that hunks of a side added, in order. */
function addedBy(side: Lines, hunks: readonly Hunk[]): string[] {
  return hunks.flatMap((hunk) => side.slice(hunk.from, hunk.to));
}

/**
 * Whether `outer` removed every line of base that `inner` removed. Both are hunks of one region: several hunks of `outer` are in one region
 * only if hunks of `inner` reach beyond them.
 */
function removesAll([outer]: readonly Hunk[], inner: readonly Hunk[]): boolean {
  return inner.every(({ start, end }) => start === end || (outer !== undefined && outer.start <= start && end <= outer.end));
}

function withoutBoth(base: Lines, region: Region): string[] {
  const gone = new Set<number>();
  for (const { start, end } of [...region.ours, ...region.theirs]) {
    for (let index = start; index < end; index += 1) {
      gone.add(index);
    }
  }
  return base.slice(region.start, region.end).filter((_, index) => !gone.has(region.start + index));
}

/**
 * Joins the lines that two sides added at one position. When one side has all lines of the other, the result is that side. Otherwise the
 * result has every block (`readBlocks`) of both; a block that both added is there once (`unite`), in whatever order each side has it. Equal
 * lines inside different blocks are never joined: two code fences that end alike remain two.
 */
export function joinAdded(theirs: Lines, ours: Lines, around: Surroundings): Lines {
  if (isWithin(ours, theirs)) {
    return theirs;
  }
  if (isWithin(theirs, ours)) {
    return ours;
  }
  const [a, b] = [readBlocks(theirs, around), readBlocks(ours, around)];
  return a === null || b === null ? [...theirs, ...ours] : linesOf(piecesOf(unite(a, b)));
}

type Blocks = readonly Block[];

/**
 * Joins two lists of blocks that were added at one position. A block that both have is in the result once, at the position in theirs; a
 * section that both have gets the blocks of both; a block that one side has twice is there twice. Theirs keeps its order, and ours as far
 * as it agrees with that. Between two blocks that both have, the blocks of theirs come first. No block moves into another section: blocks
 * without a heading come before all sections, and sections before those of a higher level.
 */
function unite(theirs: Blocks, ours: Blocks): Block[] {
  return Array.from({ length: NO_HEADING }, (_, index) => NO_HEADING - index).flatMap((level) => {
    const of = (block: Block): boolean => block.level === level;
    return uniteEqual(theirs.filter(of), ours.filter(of));
  });
}

/** `unite` for blocks of one level. */
function uniteEqual(theirs: Blocks, ours: Blocks): Block[] {
  const indices = indicesIn(theirs, ours);
  const before = new Map<number, Block[]>();
  const bodies = new Map<number, Blocks>();
  let rest: Block[] = [];
  let reached = -1;
  for (const [index, block] of ours.entries()) {
    const inTheirs = indices[index];
    if (inTheirs === undefined) {
      rest.push(block);
      continue;
    }
    bodies.set(inTheirs, block.body);
    if (inTheirs > reached) {
      reached = inTheirs;
      before.set(inTheirs, rest);
      rest = [];
    }
  }
  return [
    ...theirs.flatMap((block, index) => [...(before.get(index) ?? []), { ...block, body: unite(block.body, bodies.get(index) ?? []) }]),
    ...rest,
  ];
}

/** Returns for each block in ours the index of the same block in theirs; repeated blocks are matched in order. */
function indicesIn(theirs: Blocks, ours: Blocks): (number | undefined)[] {
  const indices = new Map<string, number[]>();
  for (const [index, { name }] of theirs.entries()) {
    const known = indices.get(name);
    if (known === undefined) {
      indices.set(name, [index]);
    } else {
      known.push(index);
    }
  }
  const used = new Map<string, number>();
  return ours.map(({ name }) => {
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    return indices.get(name)?.[count];
  });
}
