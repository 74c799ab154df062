/** What one session adds to a file. None of its lines but the blank ones is in any other section or in the file before. */
export interface Section {
  readonly title: string;
  /** Whole lines. */
  readonly text: string;
}

/** How often a file holds a section. */
export interface SectionCopies {
  readonly title: string;
  /** The section is there with all its lines, in their order and with nothing between them. */
  readonly isWhole: boolean;
  /** How often the file has that line of the section which it has most often: 1 where nothing is doubled. */
  readonly copies: number;
}

/** What a file holds of the sections that were written into it. */
export interface FileCount {
  /** One for each section, in their order. */
  readonly sections: readonly SectionCopies[];
  /** Without its sections the file is what it was before: every line once, in order, and nothing else. */
  readonly isIntact: boolean;
}

/** Counts the sections of a file that was `original` before anything was written. */
export function countSections(text: string, original: string, sections: readonly Section[]): FileCount {
  const lines = text.split('\n');
  return {
    sections: sections.map((section) => ({ title: section.title, isWhole: hasSection(text, section), copies: copiesOf(lines, section) })),
    isIntact: sections.reduce(withoutSection, text) === original,
  };
}

/** How many sections are there at least once. */
export function keptOf(sections: readonly SectionCopies[]): number {
  return sections.filter(({ isWhole }) => isWhole).length;
}

/** How many copies are there beyond the first of each section. */
export function surplusOf(sections: readonly SectionCopies[]): number {
  return sections.reduce((sum, { copies }) => sum + Math.max(copies - 1, 0), 0);
}

function hasSection(text: string, section: Section): boolean {
  return `\n${text}`.includes(`\n${section.text}`);
}

function copiesOf(lines: readonly string[], { text }: Section): number {
  const own = text.split('\n').filter((line) => line !== '');
  return Math.max(...own.map((line) => lines.filter((other) => other === line).length));
}

function withoutSection(text: string, section: Section): string {
  return text.replaceAll(section.text, '');
}
