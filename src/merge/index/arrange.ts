import { textEnd, textStart } from '../text/lines.js';
import type { Sides } from '../text/regions.js';
import type { Tokens } from './entries.js';
import { cutAtHeadings, headingsOf, type OwnHeading, ownHeadingsOf, renamedHeadings, type Sections, TOP } from './headings.js';
import { withEntries } from './kept-entries.js';
import { putBelowOwnHeadings } from './put-below.js';

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
  const renamed = new Map([...renamedHeadings(base, ours), ...renamedHeadings(base, theirs)]);
  const own = ownHeadingsOf(base, ours, theirs);
  const tokens = putBelowOwnHeadings(joinedHeadings(merged, ours, theirs), own, written, renamed);
  if (!leavesGap(tokens, ours, theirs)) {
    return { tokens, clean: true };
  }
  const others = headingsOf(theirs);
  const asTheirs = new Map(
    [...own].map(([entry, heading]): [string, OwnHeading] => [
      entry,
      others.has(entry) ? { heading: others.get(entry) ?? TOP, by: 'theirs' } : heading,
    ]),
  );
  return { tokens: putBelowOwnHeadings(withEntries(written.theirs, kept), asTheirs, written, new Map()), clean: false };
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
function joinedHeadings(tokens: Tokens, ours: Sections, theirs: Sections): Tokens {
  const sections = cutAtHeadings(tokens);
  const now = entriesBelow(sections);
  if (now.size === sections.length) {
    return tokens;
  }
  for (const heading of now.keys()) {
    const [first, ...more] = sections.filter((section) => section.heading === heading);
    const last = more.at(-1);
    const most = Math.max(1, ...[ours, theirs].map((side) => side.filter((section) => section.heading === heading).length));
    if (first !== undefined && last !== undefined && more.length >= most) {
      const content = tokens.slice(last.from, last.to);
      const [start, end] = [textStart(content), textEnd(content)];
      const into = first.from + textEnd(tokens.slice(first.from, first.to));
      const rest = tokens.toSpliced(last.from - 1, content.length + 1).toSpliced(into, 0, ...content.slice(start, end));
      return joinedHeadings(rest, ours, theirs);
    }
  }
  return tokens;
}
