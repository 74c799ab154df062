import { rearranged } from './rearrange.js';
import type { Sides } from '../regions.js';
import { longestRising } from './rising.js';
import { sameSections } from './same-sections.js';
import { cutSections, type Section } from './sections.js';
import { concat } from '../lines/sequences.js';

type Lines = readonly string[];
type Sections = readonly Section[];

/**
 * Makes the moves of sections in all versions: a section that one side moved is moved in base and on the other side as well. So the changes
 * of both sides are merged at the new position, and the section is there once. A section that both moved goes where theirs has it. A
 * section that not all versions have, or that is not clearly the same (`sameSections`), is not moved by itself.
 */
export function withMovesMade(sides: Sides): Sides {
  const base = cutSections(sides.base);
  if (base === null || base.length <= MIN_SECTIONS) {
    return sides;
  }
  const [ours, theirs] = [cutSections(sides.ours), cutSections(sides.theirs)];
  if (ours === null || theirs === null) {
    return sides;
  }
  const [old, own] = following(base, ours, theirs);
  const [older, other] = following(old, theirs, own);
  return { base: linesOf(sides.base, base, older), ours: linesOf(sides.ours, ours, own), theirs: linesOf(sides.theirs, theirs, other) };
}

/** With fewer sections, besides the one without a heading, none can be moved. */
const MIN_SECTIONS = 2;

function linesOf(lines: Lines, before: Sections, after: Sections): Lines {
  return before === after ? lines : concat(after.flatMap((section) => [section.lines, section.gap]));
}

/** Returns base and the other version with the moves of `mover`. */
function following(base: Sections, other: Sections, mover: Sections): [Sections, Sections] {
  const [inMover, inOther] = [sameSections(base, mover), sameSections(base, other)];
  const also = new Set(inOther);
  const order = inMover.flatMap((place) => (place !== undefined && also.has(place) ? [place] : []));
  const stay = longestRising(order);
  if (stay.length === order.length) {
    return [base, other];
  }
  const known = new Set(order);
  const name = (place: number | undefined): number | undefined => (place !== undefined && known.has(place) ? place : undefined);
  const moves = { order, stay: new Set(stay), mover, names: inMover.map(name) };
  return [
    rearranged(
      base,
      base.map((_, place) => name(place)),
      moves,
    ),
    rearranged(other, inOther.map(name), moves),
  ];
}
