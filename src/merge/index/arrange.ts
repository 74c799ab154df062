import { isBlank } from '../text/lines.js';
import type { Sides } from '../text/regions.js';
import { isEntry, type Tokens } from './entries.js';
import { cutAtHeadings, headingsOf, type Home, homesOf, type IndexSection, renamedHeadings, TOP } from './headings.js';
import { withEntries } from './kept-entries.js';

type Sections = readonly IndexSection[];

/** The lines of an index with all its entries. `clean` is false when they do not follow the session's arrangement. */
export interface Arranged {
  readonly tokens: Tokens;
  readonly clean: boolean;
}

/**
 * Puts each entry of a merged index below its heading: the one below which the only side that moved it put it, else the one in theirs; for
 * a new entry, the one of the side that added it. If a heading would lose all its entries because both sides regrouped them, the result
 * follows the arrangement of theirs, with the entries that only ours has below their headings, and is not clean. `written` are the versions
 * as the sides wrote them; `kept` are the versions with the entries that belong in the result.
 */
export function arrange(merged: Tokens, written: Sides, kept: Sides): Arranged {
  const [base, ours, theirs] = [written.base, written.ours, written.theirs].map(cutAtHeadings);
  if (base === undefined || ours === undefined || theirs === undefined || ours.length + theirs.length === 2) {
    return { tokens: merged, clean: true };
  }
  const same = new Map([...renamedHeadings(base, ours), ...renamedHeadings(base, theirs)]);
  const homes = homesOf(base, ours, theirs);
  const tokens = placed(withoutRepeats(merged, ours, theirs), homes, written, same);
  if (!leavesGap(tokens, ours, theirs)) {
    return { tokens, clean: true };
  }
  const others = headingsOf(theirs);
  const asTheirs = new Map(
    [...homes].map(([entry, home]): [string, Home] => [
      entry,
      others.has(entry) ? { heading: others.get(entry) ?? TOP, by: 'theirs' } : home,
    ]),
  );
  return { tokens: placed(withEntries(written.theirs, kept), asTheirs, written, new Map()), clean: false };
}

/** Whether a heading has no entries although all sides that have the heading left it some, and these are still in the index. */
function leavesGap(tokens: Tokens, ours: Sections, theirs: Sections): boolean {
  const [now, own, other] = [cutAtHeadings(tokens), ours, theirs].map(entriesBelow);
  const there = new Set(tokens);
  return [...(now ?? [])].some(([heading, entries]) => {
    const versions = [other?.get(heading), own?.get(heading)].filter((version) => version !== undefined);
    return (
      heading !== TOP &&
      entries.length === 0 &&
      versions.every((version) => version.length > 0) &&
      versions[0]?.some((entry) => there.has(entry)) === true
    );
  });
}

function entriesBelow(sections: Sections): Map<string, Tokens> {
  const all = new Map<string, Tokens>();
  for (const { heading, entries } of sections) {
    all.set(heading, [...(all.get(heading) ?? []), ...entries]);
  }
  return all;
}

/**
 * Joins sections with one heading that occurs more often than in each side: the content of a later one is moved to the end of the first
 * one.
 */
function withoutRepeats(tokens: Tokens, ours: Sections, theirs: Sections): Tokens {
  const sections = cutAtHeadings(tokens);
  const count = (all: Sections, wanted: string): number => all.filter(({ heading }) => heading === wanted).length;
  const now = entriesBelow(sections);
  if (now.size === sections.length) {
    return tokens;
  }
  for (const heading of now.keys()) {
    const [first, ...more] = sections.filter((section) => section.heading === heading);
    const last = more.at(-1);
    if (first !== undefined && last !== undefined && more.length >= Math.max(1, count(ours, heading), count(theirs, heading))) {
      const content = tokens.slice(last.from, last.to);
      const [start, end] = [firstText(content), lastText(content)];
      const into = first.from + lastText(tokens.slice(first.from, first.to));
      const rest = tokens.toSpliced(last.from - 1, content.length + 1).toSpliced(into, 0, ...content.slice(start, end));
      return withoutRepeats(rest, ours, theirs);
    }
  }
  return tokens;
}

/** Returns the index of the first line that is not empty. */
function firstText(tokens: Tokens): number {
  const first = tokens.findIndex((token) => !isBlank(token));
  return first === -1 ? tokens.length : first;
}

/** Returns the index after the last line that is not empty. */
function lastText(tokens: Tokens): number {
  return tokens.findLastIndex((token) => !isBlank(token)) + 1;
}

/** Moves entries that are below the wrong heading to their own. `same` maps new headings to the old ones that they replaced. */
function placed(tokens: Tokens, homes: ReadonlyMap<string, Home>, written: Sides, same: ReadonlyMap<string, string>): Tokens {
  const known = (heading: string): string => same.get(heading) ?? heading;
  const sections = cutAtHeadings(tokens);
  const left = new Set(sections.map(({ heading }) => known(heading)));
  const astray = new Set(
    [...headingsOf(sections)].flatMap(([entry, heading]) => {
      const home = known(homes.get(entry)?.heading ?? heading);
      // An entry above all headings is below no other heading, so it stays there if its own heading was removed.
      return home === known(heading) || (heading === TOP && !left.has(home)) ? [] : [entry];
    }),
  );
  if (astray.size === 0) {
    return tokens;
  }
  let result: Tokens = tokens.filter((token) => !astray.has(token));
  for (const by of ['theirs', 'ours'] as const) {
    for (const section of cutAtHeadings(written[by])) {
      for (const entry of section.entries) {
        if (astray.has(entry) && homes.get(entry)?.by === by) {
          result = putBelow(result, entry, section, written[by], known);
        }
      }
    }
  }
  return result;
}

/**
 * Puts an entry after the one that it follows in its own version, else at the end of its section. If the section was removed, its heading
 * is restored.
 */
function putBelow(tokens: Tokens, entry: string, section: IndexSection, version: Tokens, known: (heading: string) => string): Tokens {
  const sections = cutAtHeadings(tokens);
  const fitting = sections.filter(({ heading }) => known(heading) === known(section.heading));
  const before = section.entries.slice(0, section.entries.indexOf(entry)).toReversed();
  for (const { from, entries } of fitting) {
    const there = new Set(entries);
    const above = before.find((other) => there.has(other));
    if (above !== undefined) {
      return tokens.toSpliced(tokens.indexOf(above, from) + 1, 0, entry);
    }
  }
  const [home] = fitting;
  return home === undefined ? withSection(tokens, sections, entry, section, version) : atEnd(tokens, home, entry, headOf(section, version));
}

/** Returns the empty lines and the table head between a heading and its first entry. */
function headOf({ from, to }: IndexSection, version: Tokens): Tokens {
  const lines = version.slice(from, to);
  const first = lines.findIndex(isEntry);
  return lines.slice(0, first).filter((line) => isBlank(line) || line.trim().startsWith('|'));
}

function atEnd(tokens: Tokens, { heading, from, to, entries }: IndexSection, entry: string, head: Tokens): Tokens {
  const end = from + lastText(tokens.slice(from, to));
  const above = end === from && heading !== TOP ? head : entries.length === 0 && end > from ? [''] : [];
  const below = end === to && to < tokens.length && heading === TOP ? [''] : [];
  return tokens.toSpliced(end, 0, ...above, entry, ...below);
}

/** Adds the section after the one that it follows in its own version, else at the end. */
function withSection(tokens: Tokens, sections: Sections, entry: string, section: IndexSection, version: Tokens): Tokens {
  const all = cutAtHeadings(version);
  const before = all
    .slice(
      0,
      all.findIndex(({ from }) => from === section.from),
    )
    .toReversed();
  const above =
    before
      .map(({ heading }) => sections.find((other) => other.heading !== TOP && other.heading === heading))
      .find((found) => found !== undefined) ?? sections.at(-1);
  const [from, to] = [above?.from ?? 0, above?.to ?? tokens.length];
  const end = from + lastText(tokens.slice(from, to));
  const isLoose = tokens[end] === '' || tokens.slice(0, end).includes('');
  const gap = end > 0 && isLoose ? [''] : [];
  return tokens.toSpliced(end, 0, ...gap, section.heading, ...headOf(section, version), entry);
}
