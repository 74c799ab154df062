import { NO_HEADING } from './units/units.js';
import type { Block } from './units/blocks.js';

type Blocks = readonly Block[];

/**
 * Joins two lists of blocks that were added at one position. A block that both have is in the result once, at the position in theirs; a
 * section that both have gets the blocks of both; a block that one side has twice is there twice. Theirs keeps its order, and ours as far
 * as it agrees with that. Between two blocks that both have, the blocks of theirs come first. No block moves into another section: blocks
 * without a heading come before all sections, and sections before those of a higher level.
 */
export function unite(theirs: Blocks, ours: Blocks): Block[] {
  return Array.from({ length: NO_HEADING }, (_, index) => NO_HEADING - index).flatMap((level) => {
    const of = (block: Block): boolean => block.level === level;
    return uniteEqual(theirs.filter(of), ours.filter(of));
  });
}

/** `unite` for blocks of one level. */
function uniteEqual(theirs: Blocks, ours: Blocks): Block[] {
  const places = placesIn(theirs, ours);
  const before = new Map<number, Block[]>();
  const bodies = new Map<number, Blocks>();
  let rest: Block[] = [];
  let reached = -1;
  for (const [index, block] of ours.entries()) {
    const place = places[index];
    if (place === undefined) {
      rest.push(block);
      continue;
    }
    bodies.set(place, block.body);
    if (place > reached) {
      reached = place;
      before.set(place, rest);
      rest = [];
    }
  }
  return [
    ...theirs.flatMap((block, place) => [...(before.get(place) ?? []), { ...block, body: unite(block.body, bodies.get(place) ?? []) }]),
    ...rest,
  ];
}

/** Returns for each block in ours the index of the same block in theirs; repeated blocks are matched in order. */
function placesIn(theirs: Blocks, ours: Blocks): (number | undefined)[] {
  const places = new Map<string, number[]>();
  for (const [place, { name }] of theirs.entries()) {
    const known = places.get(name);
    if (known === undefined) {
      places.set(name, [place]);
    } else {
      known.push(place);
    }
  }
  const used = new Map<string, number>();
  return ours.map(({ name }) => {
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    return places.get(name)?.[count];
  });
}
