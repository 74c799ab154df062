import type { JsonRules } from './merge.js';

/** Segments of the path to a value in a JSON text: a key, or what identifies an item of an array. */
export type Path = readonly string[];

export interface PathRules {
  readonly isCounter: (path: Path) => boolean;
  /** Whether a counter may stand at a path or below it. */
  readonly holdsCounter: (path: Path) => boolean;
  readonly isAtom: (path: Path) => boolean;
  readonly identityOf: (path: Path) => string | null;
}

/** Makes rules ready for use. A `*` in a path stands for one segment, which may have dots in it; the others may not. */
export function compileRules(rules: JsonRules): PathRules {
  const counters = rules.counters.map(matcher);
  const parents = rules.counters.map((pattern) => pattern.split('.'));
  const atoms = rules.atoms.map(matcher);
  const identities = Object.entries(rules.identities).map(([path, key]) => ({ matches: matcher(path), key }));
  return {
    isCounter: (path) => counters.some((matches) => matches(path)),
    holdsCounter: (path) => parents.some((pattern) => pattern.length >= path.length && fits(pattern, path)),
    isAtom: (path) => atoms.some((matches) => matches(path)),
    identityOf: (path) => identities.find(({ matches }) => matches(path))?.key ?? null,
  };
}

function matcher(pattern: string): (path: Path) => boolean {
  const segments = pattern.split('.');
  return (path) => path.length === segments.length && fits(segments, path);
}

function fits(pattern: Path, path: Path): boolean {
  return path.every((segment, index) => pattern[index] === '*' || pattern[index] === segment);
}
