import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drivers, lines, lineSet, run } from '../support.js';

const RUNS = { numRuns: 5000 };

const TITLE = '# Memory';
const HEADINGS = ['## Build', '## Test', '## Tools', '## People'];
const NONE = 'none';

/**
 * The heading of each entry in a version of an index: its position in the list of headings, 0 for the title; absent: the version does not
 * have the entry.
 */
interface Grouping {
  readonly headings: readonly string[];
  readonly places: readonly number[];
  readonly removed: readonly number[];
  readonly changed: readonly number[];
  readonly added: readonly number[];
  readonly gap: boolean;
}

function grouping(old: number): fc.Arbitrary<Grouping> {
  return fc.record({
    headings: fc.shuffledSubarray(HEADINGS, { maxLength: 3 }),
    places: fc.array(fc.nat(), { minLength: old, maxLength: old }),
    removed: fc.subarray(placesOf(old), { maxLength: Math.min(2, old) }),
    changed: fc.subarray(placesOf(old), { maxLength: Math.min(2, old) }),
    added: fc.array(fc.nat(), { maxLength: 2 }),
    gap: fc.boolean(),
  });
}

function placesOf(count: number): number[] {
  return Array.from({ length: count }, (_, place) => place);
}

function plain(one: Grouping): Grouping {
  return { ...one, removed: [], changed: [], added: [] };
}

/** An index that lists everything below its title, or is grouped, and two sessions, each of which may regroup it. */
const story = fc.integer({ min: 1, max: 6 }).chain((old) => {
  const base = grouping(old).map(plain);
  const flat = base.map((one) => ({ ...one, headings: [] }));
  return fc
    .tuple(fc.oneof(flat, base), grouping(old), grouping(old), fc.constantFrom('both', 'ours', 'theirs'))
    .map(([first, ours, theirs, movers]) => {
      const settled = (one: Grouping, by: string): Grouping =>
        movers === 'both' || movers === by ? one : { ...one, headings: first.headings, places: first.places, gap: first.gap };
      return {
        base: written(first, 'base'),
        ours: written(settled(ours, 'ours'), 'ours'),
        theirs: written(settled(theirs, 'theirs'), 'theirs'),
      };
    });
});

function written({ headings, places, removed, changed, added, gap }: Grouping, by: string): string {
  const all = [TITLE, ...headings];
  const groups = all.map((): string[] => []);
  const put = (at: number, line: string): void => void groups[at % all.length]?.push(line);
  for (const [entry, at] of places.entries()) {
    if (!removed.includes(entry))
      put(at, `- [Memory ${entry}](memory_${entry}.md) — ${changed.includes(entry) ? `changed by ${by}` : 'as it was'}`);
  }
  for (const [entry, at] of added.entries()) put(at, `- [New ${entry}](new_${by}_${entry}.md) — added by ${by}`);
  return lines(
    ...all.flatMap((heading, at) => [
      heading,
      ...(gap ? [''] : []),
      ...(groups[at] ?? []),
      ...(gap && (groups[at] ?? []).length > 0 ? [''] : []),
    ]),
  );
}

/** The files to which the entries below each heading link. */
function read(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let heading = NONE;
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) heading = line;
    const entries = found.get(heading) ?? [];
    const target = /\]\(([^)]*)\)/.exec(line)?.[1];
    found.set(heading, target === undefined ? entries : [...entries, target]);
  }
  return found;
}

function headingOf(target: string, index: Index): string | undefined {
  return [...index].find(([, entries]) => entries.includes(target))?.[0];
}

/** The headings that have entries, with these entries. */
function groupsOf(text: string | null): [string, string[]][] {
  const groups = [...read(text ?? '')].filter(([, entries]) => entries.length > 0);
  return groups
    .map(([heading, entries]): [string, string[]] => [heading, entries.toSorted()])
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function allIn(index: Index): string[] {
  return [...new Set([...index.values()].flat())].toSorted();
}

type Index = Map<string, string[]>;

interface Merged {
  readonly b: Index;
  readonly o: Index;
  readonly t: Index;
  readonly now: Index;
  readonly shared: string;
  readonly copy: string | null;
  /**
   * The heading under which a heading is known: if a side has given all entries of a removed old heading, and no others, to one heading, it
   * is that one.
   */
  readonly known: (heading: string | undefined) => string | undefined;
}

function merged({ base, ours, theirs }: { base: string; ours: string; theirs: string }): Merged {
  const { shared, copy } = run(base, ours, theirs, drivers.index);
  const [b, o, t] = [read(base), read(ours), read(theirs)];
  const names = new Map(
    [o, t].flatMap((side) =>
      [...b].flatMap(([old, entries]): [string, string][] => {
        const after = new Set(entries.flatMap((entry) => headingOf(entry, side) ?? []));
        const [now] = after;
        const isAlone = (side.get(now ?? '') ?? []).every((entry) => [old, undefined].includes(headingOf(entry, b)));
        return isAlone && old !== NONE && !side.has(old) && after.size === 1 && now !== undefined && now !== TITLE && !b.has(now)
          ? [[now, old]]
          : [];
      }),
    ),
  );
  return { b, o, t, now: read(shared ?? ''), copy, shared: shared ?? '', known: (heading) => names.get(heading ?? '') ?? heading };
}

describe('two sessions that group an index', () => {
  it('leave each entry below a heading under which a version has it', () => {
    fc.assert(
      fc.property(story, (versions) => {
        const { o, t, now, known } = merged(versions);
        const astray = allIn(now).filter((entry) => ![o, t].some((side) => known(headingOf(entry, side)) === known(headingOf(entry, now))));
        expect(astray).toEqual([]);
      }),
      RUNS,
    );
  });

  it('leave it where the session that moved it put it, or in a conflict copy', () => {
    fc.assert(
      fc.property(story, (versions) => {
        const { b, o, t, now, copy, known } = merged(versions);
        const missed = allIn(now).filter((entry) => {
          const [old, own, other] = [b, o, t].map((index) => headingOf(entry, index));
          const due = own !== undefined && (other === undefined || (other === old && own !== old)) ? own : other;
          return known(headingOf(entry, now)) !== known(due);
        });
        expect(copy === null ? missed : []).toEqual([]);
      }),
      RUNS,
    );
  });

  it('leave no heading empty that had entries, unless one of them did, or removed all entries that the shared version had there', () => {
    fc.assert(
      fc.property(story, (versions) => {
        const { o, t, now } = merged(versions);
        const there = new Set(allIn(now));
        const empty = [...now].flatMap(([heading, entries]) => {
          const sides = [t.get(heading), o.get(heading)].filter((side) => side !== undefined);
          const isLeft =
            heading !== NONE &&
            entries.length === 0 &&
            sides.every((side) => side.length > 0) &&
            (sides[0] ?? []).some((entry) => there.has(entry));
          return isLeft ? [heading] : [];
        });
        expect(empty).toEqual([]);
      }),
      RUNS,
    );
  });

  it('leave each entry once, and none that one of them removed and the other did not change', () => {
    fc.assert(
      fc.property(story, (versions) => {
        const { b, o, t, shared } = merged(versions);
        const due = allIn(new Map([...o, ...[...t].map(([heading, entries]): [string, string[]] => [`t ${heading}`, entries])])).filter(
          (entry) => {
            const gone = headingOf(entry, b) !== undefined && (headingOf(entry, o) === undefined || headingOf(entry, t) === undefined);
            const changed = [versions.ours, versions.theirs].some((text) =>
              text.split('\n').some((line) => line.includes(`(${entry})`) && line.includes('changed by')),
            );
            return !gone || changed;
          },
        );
        const found = [...shared.matchAll(/^- .*\]\(([^)]*)\)/gm)].map(([, target = '']) => target).toSorted();
        const twice = (entry: string): boolean =>
          [versions.ours, versions.theirs].every((text) =>
            text.split('\n').some((line) => line.includes(`(${entry})`) && line.includes('changed by')),
          );
        expect(found).toEqual(due.flatMap((entry) => (twice(entry) ? [entry, entry] : [entry])).toSorted());
      }),
      RUNS,
    );
  });

  it('leave each heading and each form of an entry that one of them wrote, in the index or in a conflict copy', () => {
    fc.assert(
      fc.property(story, ({ base, ours, theirs }) => {
        const { shared, copy } = run(base, ours, theirs, drivers.index);
        const [have, old] = [lineSet(`${shared ?? ''}\n${copy ?? ''}`), lineSet(base)];
        expect([...lineSet(ours), ...lineSet(theirs)].filter((line) => !old.has(line) && !have.has(line))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('leave each heading once, and regroup no entry after a clean merge, if it is run once more', () => {
    fc.assert(
      fc.property(story, ({ base, ours, theirs }) => {
        const first = run(base, ours, theirs, drivers.index);
        const again = run(base, ours, first.shared, drivers.index);
        expect(groupsOf(first.copy === null ? again.shared : first.shared)).toEqual(groupsOf(first.shared));
        const headings = (again.shared ?? '').split('\n').filter((line) => line.startsWith('#'));
        expect(headings.filter((heading, at) => headings.indexOf(heading) !== at)).toEqual([]);
        expect(run(ours, ours, first.shared, drivers.index).outcome).toBe('unchanged');
      }),
      RUNS,
    );
  });
});
