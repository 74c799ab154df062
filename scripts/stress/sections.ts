/** Text that one session adds to a file. Its lines, except blank ones, are unique: neither another section nor the original has them. */
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
  /** The count of the section's most frequent line: 1 if no line is doubled, 0 if the section is missing. */
  readonly copies: number;
}

/** The sections counted in a file. */
export interface FileCount {
  /** One entry for each section, in the order of the argument. */
  readonly sections: readonly SectionCopies[];
  /** Without its sections the file equals the original: every line once, in order, and nothing else. */
  readonly isIntact: boolean;
}

/** Counts the sections in a file whose text was `original` before the first write. */
export function countSections(text: string, original: string, sections: readonly Section[]): FileCount {
  const lines = text.split('\n');
  return {
    sections: sections.map((section) => ({ title: section.title, isWhole: hasSection(text, section), copies: copiesOf(lines, section) })),
    isIntact: sections.reduce(withoutSection, text) === original,
  };
}

/** The number of sections that are complete at least once. */
export function keptOf(sections: readonly SectionCopies[]): number {
  return sections.filter(({ isWhole }) => isWhole).length;
}

/** The number of copies beyond the first of each section. */
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
