import { linesOf, piecesOf, readBlocks, type Surroundings } from './blocks.js';
import { isWithin } from './sequences.js';
import { unite } from './union.js';

type Lines = readonly string[];

/**
 * The lines that two sides added at one place, as one. When one side has all lines of the other it stands for both. Else every
 * block (`readBlocks`) of both is there, and one that both added is there once (`unite`), in whatever order either has them. Lines
 * that are equal in different blocks are never taken for one: two code fences end alike and are two.
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
