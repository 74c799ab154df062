import { linesOf, piecesOf, readBlocks, type Surroundings } from './units/blocks.js';
import { isWithin } from './lines/sequences.js';
import { unite } from './union.js';

type Lines = readonly string[];

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
