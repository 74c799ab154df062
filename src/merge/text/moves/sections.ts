import { fenceAfter } from '../units/fences.js';
import { levelOf, NO_HEADING } from '../units/units.js';

type Lines = readonly string[];

/** A heading with the text below it, up to the next heading. The first section of a text has no heading, and may be empty. */
export interface Section {
  /** 0 for the first section. */
  readonly level: number;
  readonly lines: Lines;
  /** The empty lines at its end. */
  readonly gap: Lines;
}

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
  const end = lines.findLastIndex((line) => line.trim() !== '') + 1;
  return { level, lines: lines.slice(0, end), gap: lines.slice(end) };
}
