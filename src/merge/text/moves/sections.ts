import { type Lines, textEnd } from '../lines.js';
import { countWords, fenceAfter, isTelling, levelOf, MIN_WORDS, NO_HEADING } from '../markdown.js';

/** A heading with the text below it, up to the next heading. The first section of a text has no heading, and may be empty. */
export interface Section {
  /** 0 for the first section. */
  readonly level: number;
  readonly lines: Lines;
  /** The empty lines at its end. */
  readonly gap: Lines;
}

export type Sections = readonly Section[];

/**
 * Cuts a text at its headings. Returns null when a code fence is still open at the end, because then it is unknown which lines are
 * headings.
 */
export function cutSections(lines: Lines): Section[] | null {
  const sections: { level: number; lines: string[] }[] = [{ level: 0, lines: [] }];
  let fence: string | null = null;
  for (const line of lines) {
    const level = fence === null && line.includes('#') ? levelOf(line) : NO_HEADING;
    if (level < NO_HEADING) {
      sections.push({ level, lines: [line] });
    } else {
      sections.at(-1)?.lines.push(line);
    }
    fence = fenceAfter(line, fence);
  }
  return fence === null ? sections.map((section) => withGap(section.level, section.lines)) : null;
}

function withGap(level: number, lines: Lines): Section {
  const end = textEnd(lines);
  return { level, lines: lines.slice(0, end), gap: lines.slice(end) };
}

/**
 * Returns for each section of a side the index of the same section in base; undefined if there is none, or if several are possible. A
 * section is identified by its heading if that occurs once in both versions, else by its lines: the two must have at least half of them in
 * common.
 */
export function sameSections(base: Sections, side: Sections): (number | undefined)[] {
  const [old, now] = [uniqueHeadings(base), uniqueHeadings(side)];
  const found = side.map((section, at): number | undefined =>
    at === 0 ? 0 : now.has(headingOf(section)) ? old.get(headingOf(section)) : undefined,
  );
  const taken = new Set(found);
  const left = (_: Section, at: number): boolean => !taken.has(at);
  if (base.every((section, at) => !left(section, at))) {
    return found;
  }
  const matches = new Map<number, Match[]>();
  const sharing = lineCounter(base, left);
  for (const [at, section] of side.entries()) {
    for (const match of found[at] === undefined ? sharing(section, at) : []) {
      matches.set(match.inBase, [...(matches.get(match.inBase) ?? []), match]);
    }
  }
  for (const match of [...matches.values()].flatMap(bestOf)) {
    found[match.at] = match.inBase;
  }
  return found;
}

/** States that the section `at` of a side may be the one at `inBase` in base. */
interface Match {
  readonly at: number;
  readonly inBase: number;
  readonly shared: number;
}

function headingOf({ lines }: Section): string {
  return lines[0] ?? '';
}

function uniqueHeadings(sections: Sections): Map<string, number> {
  const indices = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [at, section] of sections.entries()) {
    if (at > 0 && indices.has(headingOf(section))) {
      repeated.add(headingOf(section));
    } else if (at > 0) {
      indices.set(headingOf(section), at);
    }
  }
  for (const heading of repeated) {
    indices.delete(heading);
  }
  return indices;
}

/** Returns a function that finds, among the sections of base for which `isLeft` holds, the one with which a section shares most lines. */
function lineCounter(base: Sections, isLeft: (section: Section, at: number) => boolean): (section: Section, at: number) => Match[] {
  const holders = new Map<string, number[]>();
  for (const [inBase, section] of base.entries()) {
    for (const line of isLeft(section, inBase) ? tellingLines(section) : []) {
      holders.set(line, [...(holders.get(line) ?? []), inBase]);
    }
  }
  return (section, at) => {
    const own = tellingLines(section);
    const shared = new Map<number, string[]>();
    for (const line of own) {
      for (const inBase of holders.get(line) ?? []) {
        shared.set(inBase, [...(shared.get(inBase) ?? []), line]);
      }
    }
    const matches = [...shared]
      .filter(
        ([inBase, lines]) =>
          2 * lines.length >= Math.max(own.size, tellingLines(base[inBase]).size) && countWords(lines.join('\n')) >= MIN_WORDS,
      )
      .map(([inBase, lines]) => ({ at, inBase, shared: lines.length }));
    return bestOf(matches);
  };
}

function tellingLines(section: Section | undefined): Set<string> {
  return new Set(section?.lines.filter(isTelling));
}

/** Returns the match that shares most; none if two share as much. */
function bestOf(matches: readonly Match[]): Match[] {
  const most = Math.max(...matches.map(({ shared }) => shared));
  const best = matches.filter(({ shared }) => shared === most);
  return best.length === 1 ? best : [];
}
