/** A shared file that a mishap seems to have left as it is. */
export type SharedMishap = BrokenFile | LostSections;

export interface Harmed {
  readonly name: string;
  /** The shared file, as people spell it. */
  readonly path: string;
  /** When its last good version was kept, in milliseconds since the epoch; null where there is none. */
  readonly keptAt: number | null;
}

/** It is not valid JSON from this place on. */
interface BrokenFile extends Harmed {
  readonly kind: 'broken';
  readonly line: number;
  readonly column: number;
}

/** Most of these sections is gone; an empty name is the whole file. */
interface LostSections extends Harmed {
  readonly kind: 'lost';
  readonly sections: readonly string[];
}

/** What is wrong with such a file, to go on after its path; names of sections, never what was in them. */
export function mishapWords(mishap: SharedMishap): string {
  if (mishap.kind === 'broken') return `is not valid JSON (line ${mishap.line}, column ${mishap.column})`;
  return `has lost most of ${listed(mishap.sections)}`;
}

function listed(sections: readonly string[]): string {
  if (sections.includes('')) return 'what was in it';
  const shown = sections.length <= 3 ? sections : [...sections.slice(0, 2), `${sections.length - 2} more sections`];
  return shown.length === 1 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** What a person can do about it. `ago`: how old the last good version is. */
export function mishapHint({ name, kind, keptAt }: SharedMishap, ago: (at: number) => string): string {
  if (keptAt === null) return 'correct it: no good version of it is kept';
  const back = `bring back the version of ${ago(keptAt)} ago with: pclaudectl restore ${name}`;
  return kind === 'broken' ? back : `${back}; or keep it as it is with: pclaudectl restore ${name} --keep`;
}
