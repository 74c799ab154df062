import { isWithin, sameLines } from './sequences.js';
import { cutUnits, linesOf, NO_HEADING, type Unit } from './units.js';

type Lines = readonly string[];

/**
 * Two blocks that were added at one place, as one: theirs first. When one block holds all lines of the other it stands
 * for both. Whole units (`cutUnits`) that are the same at the start or at the end of both are kept once, unless that
 * would move what follows under another heading or take the end off a section. Lines that are equal elsewhere are
 * never taken for one: two code fences end alike and are two.
 */
export function joinAdded(theirs: Lines, ours: Lines): Lines {
  if (isWithin(ours, theirs)) {
    return theirs;
  }
  if (isWithin(theirs, ours)) {
    return ours;
  }
  const a = cutUnits(theirs);
  const b = cutUnits(ours);
  return a === null || b === null ? [...theirs, ...ours] : linesOf(joinUnits(a, b));
}

function joinUnits(theirs: readonly Unit[], ours: readonly Unit[]): Unit[] {
  const head = sharedStart(theirs, ours);
  const [a, b] = [theirs.slice(head), ours.slice(head)];
  const tail = sharedEnd(a, b);
  const [aRest, bRest] = [a.slice(0, a.length - tail), b.slice(0, b.length - tail)];
  const start = theirs.slice(0, head);
  const end = a.slice(a.length - tail);
  return [...start, ...aRest, ...gap(start, end, aRest, bRest), ...bRest, ...end];
}

/** The longest common start after which ours still belongs to the section that theirs leaves open. */
function sharedStart(theirs: readonly Unit[], ours: readonly Unit[]): number {
  let count = 0;
  while (count < Math.min(theirs.length, ours.length) && sameUnit(theirs[count], ours[count])) {
    count += 1;
  }
  let level = highestLevel(theirs.slice(count));
  while (count > 0 && !isOutside(firstTold(ours, count), level)) {
    count -= 1;
    level = Math.min(level, theirs[count]?.level ?? NO_HEADING);
  }
  return count;
}

/** The longest common end that is not a part of a section begun in only one of the blocks. */
function sharedEnd(theirs: readonly Unit[], ours: readonly Unit[]): number {
  let count = 0;
  while (count < Math.min(theirs.length, ours.length) && sameUnit(theirs.at(-1 - count), ours.at(-1 - count))) {
    count += 1;
  }
  let level = highestLevel([...theirs.slice(0, theirs.length - count), ...ours.slice(0, ours.length - count)]);
  while (count > 0 && !isOutside(firstTold(theirs, theirs.length - count), level)) {
    level = Math.min(level, theirs.at(-count)?.level ?? NO_HEADING);
    count -= 1;
  }
  return count;
}

/** Whether what begins with `unit` is no part of a section whose heading has `level`. */
function isOutside(unit: Unit | undefined, level: number): boolean {
  return level === NO_HEADING || (unit?.kind === 'heading' && unit.level <= level);
}

/** The highest heading among units; `NO_HEADING` when there is none. */
function highestLevel(units: readonly Unit[]): number {
  return units.reduce((highest, { level }) => Math.min(highest, level), NO_HEADING);
}

/** The unit at a place, or the one behind it when that is a run of empty lines. */
function firstTold(units: readonly Unit[], at: number): Unit | undefined {
  return units[at]?.kind === 'blank' ? units[at + 1] : units[at];
}

/** The empty lines that stood before the shared end, or after the shared start, once more between the two rests. */
function gap(start: readonly Unit[], end: readonly Unit[], theirs: readonly Unit[], ours: readonly Unit[]): Unit[] {
  const [before, after] = [theirs.at(-1), ours[0]];
  const apart = before === undefined || after === undefined || before.kind === 'blank' || after.kind === 'blank';
  if (apart || (before.kind === 'item' && after.kind === 'item')) {
    return [];
  }
  return [end[0], start.at(-1)].filter((unit) => unit?.kind === 'blank').flatMap((unit) => unit ?? []).slice(0, 1);
}

function sameUnit(a: Unit | undefined, b: Unit | undefined): boolean {
  return a !== undefined && b !== undefined && a.kind === b.kind && sameLines(a.lines, b.lines);
}
