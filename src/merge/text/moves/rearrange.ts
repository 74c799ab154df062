import type { Lines } from '../lines.js';
import type { Section, Sections } from './sections.js';

/** The index in base of a section that all versions have; undefined for any other. */
type Name = number | undefined;

/** The moves of a side. */
export interface Moves {
  /** The sections that all versions have, in the order of the side. */
  readonly order: readonly number[];
  /** Those that the side did not move. */
  readonly stay: ReadonlySet<number>;
  readonly mover: Sections;
  readonly names: readonly Name[];
}

/** A section of a version. */
interface Placed {
  readonly section: Section;
  readonly at: number;
  readonly name: Name;
}

/** A section with the sections that move together with it. */
interface Group {
  readonly head: Placed;
  readonly members: Placed[];
}

/** Returns a version with the moves of another one. `names` are the names of the version's sections. */
export function rearranged(version: Sections, names: readonly Name[], moves: Moves): Section[] {
  const isMoved = ({ name }: Placed): boolean => name !== undefined && !moves.stay.has(name);
  const groups = groupsOf(
    version.map((section, at) => ({ section, at, name: names[at] })),
    isMoved,
  );
  const behind = followers(moves.order, new Map(groups.filter(({ head }) => isMoved(head)).map((group) => [group.head.name, group])));
  const rest = groups.filter(({ head }) => !isMoved(head)).toReversed();
  const result: Group[] = [];
  for (let group = rest.pop(); group !== undefined; group = rest.pop()) {
    result.push(group);
    for (const moved of behind.get(group.head.name) ?? []) {
      for (let below = rest.at(-1); below !== undefined && wouldBePart(below.head, moved.head); below = rest.at(-1)) {
        result.push(...rest.splice(-1));
      }
      result.push(moved);
    }
  }
  return withGaps(
    result.flatMap(({ members }) => members),
    version,
    moves,
  );
}

/** Groups sections. A section that not all versions have moves with the one above it if both are parts of a moved section. */
function groupsOf(version: readonly Placed[], isMoved: (placed: Placed) => boolean): Group[] {
  const groups: Group[] = [];
  const open: { level: number; goes: boolean }[] = [];
  for (const placed of version) {
    const { level } = placed.section;
    while ((open.at(-1)?.level ?? -1) >= level) {
      open.pop();
    }
    const goesAlong = placed.name === undefined && open.at(-1)?.goes === true;
    open.push({ level, goes: goesAlong || isMoved(placed) });
    if (goesAlong) {
      groups.at(-1)?.members.push(placed);
    } else {
      groups.push({ head: placed, members: [placed] });
    }
  }
  return groups;
}

/** Returns for each section that stays the moved sections that follow it. */
function followers(order: readonly number[], moved: ReadonlyMap<Name, Group>): Map<Name, Group[]> {
  const behind = new Map<Name, Group[]>();
  let last: Group[] = [];
  for (const name of order) {
    const group = moved.get(name);
    if (group !== undefined) {
      last.push(group);
    } else {
      last = [];
      behind.set(name, last);
    }
  }
  return behind;
}

/** Whether a new section below a moved one would become a part of it. */
function wouldBePart({ name, section }: Placed, moved: Placed): boolean {
  return name === undefined && section.level > moved.section.level;
}

/**
 * Sets the empty lines between two sections that a move brought together: those that the mover has between them, else the most that the
 * mover or the version has below the upper or above the lower one.
 */
function withGaps(sections: readonly Placed[], version: Sections, { mover, names }: Moves): Section[] {
  const indices = new Map(names.map((name, index) => [name ?? NONE, index]));
  const indexOf = ({ name }: Placed): number => indices.get(name ?? NONE) ?? NONE;
  const gapBetween = (above: Placed, below: Placed | undefined): Lines => {
    if (below === undefined) {
      return version.at(-1)?.gap ?? [];
    }
    const [index, next] = [indexOf(above), indexOf(below)];
    const isLead = above.section.lines.length === 0;
    if (isLead || below.at === above.at + 1) {
      return above.section.gap;
    }
    const gaps = [mover[index]?.gap ?? [], mover[next - 1]?.gap ?? []];
    return index + 1 === next ? (gaps[0] ?? []) : longest([above.section.gap, version[below.at - 1]?.gap ?? [], ...gaps]);
  };
  return sections.map((placed, index) => ({ ...placed.section, gap: gapBetween(placed, sections[index + 1]) }));
}

/** Not the index of a section, and neither are its neighbours. */
const NONE = -9;

function longest(lists: readonly Lines[]): Lines {
  return lists.reduce((most, lines) => (lines.length > most.length ? lines : most), []);
}
