import { isBlank, textEnd } from '../text/lines.js';
import type { Sides } from '../text/regions.js';
import { isEntry, type Tokens } from './entries.js';
import { cutAtHeadings, headingsOf, type IndexSection, type OwnHeading, type Sections, TOP } from './headings.js';

/** Moves entries that are below the wrong heading to their own. `renamed` maps new headings to the old ones that they replaced. */
export function putBelowOwnHeadings(
  tokens: Tokens,
  own: ReadonlyMap<string, OwnHeading>,
  written: Sides,
  renamed: ReadonlyMap<string, string>,
): Tokens {
  const oldForm = (heading: string): string => renamed.get(heading) ?? heading;
  const sections = cutAtHeadings(tokens);
  const left = new Set(sections.map(({ heading }) => oldForm(heading)));
  const misplaced = new Set(
    [...headingsOf(sections)].flatMap(([entry, heading]) => {
      const wanted = oldForm(own.get(entry)?.heading ?? heading);
      // An entry above all headings is below no other heading, so it stays there if its own heading was removed.
      return wanted === oldForm(heading) || (heading === TOP && !left.has(wanted)) ? [] : [entry];
    }),
  );
  if (misplaced.size === 0) {
    return tokens;
  }
  let result: Tokens = tokens.filter((token) => !misplaced.has(token));
  for (const by of ['theirs', 'ours'] as const) {
    for (const section of cutAtHeadings(written[by])) {
      for (const entry of section.entries) {
        if (misplaced.has(entry) && own.get(entry)?.by === by) {
          result = putBelow(result, entry, section, written[by], oldForm);
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
function putBelow(tokens: Tokens, entry: string, section: IndexSection, version: Tokens, oldForm: (heading: string) => string): Tokens {
  const sections = cutAtHeadings(tokens);
  const fitting = sections.filter(({ heading }) => oldForm(heading) === oldForm(section.heading));
  const before = section.entries.slice(0, section.entries.indexOf(entry)).toReversed();
  for (const { from, entries } of fitting) {
    const there = new Set(entries);
    const above = before.find((other) => there.has(other));
    if (above !== undefined) {
      return tokens.toSpliced(tokens.indexOf(above, from) + 1, 0, entry);
    }
  }
  const [target] = fitting;
  return target === undefined
    ? withSection(tokens, sections, entry, section, version)
    : atEnd(tokens, target, entry, headOf(section, version));
}

/** Returns the empty lines and the table head between a heading and its first entry. */
function headOf({ from, to }: IndexSection, version: Tokens): Tokens {
  const lines = version.slice(from, to);
  const first = lines.findIndex(isEntry);
  return lines.slice(0, first).filter((line) => isBlank(line) || line.trim().startsWith('|'));
}

function atEnd(tokens: Tokens, { heading, from, to, entries }: IndexSection, entry: string, head: Tokens): Tokens {
  const end = from + textEnd(tokens.slice(from, to));
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
  const end = from + textEnd(tokens.slice(from, to));
  const isLoose = tokens[end] === '' || tokens.slice(0, end).includes('');
  const gap = end > 0 && isLoose ? [''] : [];
  return tokens.toSpliced(end, 0, ...gap, section.heading, ...headOf(section, version), entry);
}
