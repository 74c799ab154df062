/** A shared file that looks as if a mishap had happened to it. */
export type SharedMishap = BrokenFile | LostSections;

export interface Harmed {
  readonly name: string;
  /** The path of the shared file, as it is shown to the user. */
  readonly path: string;
  /** When its last good version was kept, in milliseconds since the epoch; null when there is none. */
  readonly keptAt: number | null;
}

/** The file is not valid JSON from this position on. */
interface BrokenFile extends Harmed {
  readonly kind: 'broken';
  readonly line: number;
  readonly column: number;
}

/** The file has lost most of each of these sections; an empty name stands for the whole file. */
interface LostSections extends Harmed {
  readonly kind: 'lost';
  readonly sections: readonly string[];
}

/** What is wrong with the file, worded to follow its path. Names sections, never their content. */
export function mishapWords(mishap: SharedMishap): string {
  if (mishap.kind === 'broken') return `is not valid JSON (line ${mishap.line}, column ${mishap.column})`;
  return `has lost most of ${listed(mishap.sections)}`;
}

function listed(sections: readonly string[]): string {
  if (sections.includes('')) return 'what was in it';
  const shown = sections.length <= 3 ? sections : [...sections.slice(0, 2), `${sections.length - 2} more sections`];
  return shown.length === 1 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** What the user can do about it. `ago`: formats the age of the last good version. */
export function mishapHint({ name, kind, keptAt }: SharedMishap, ago: (at: number) => string): string {
  if (keptAt === null) return 'correct it: no good version of it is kept';
  const back = `bring back the version of ${ago(keptAt)} ago with: pclaudectl restore ${name}`;
  return kind === 'broken' ? back : `${back}; or keep it as it is with: pclaudectl restore ${name} --keep`;
}
