import type { JsonRules } from '../drivers.js';

/** The segments of the path to a value in a JSON text: each is a key, or `*` for an item of an array. */
export type Path = readonly string[];

export interface PathRules {
  readonly isCounter: (path: Path) => boolean;
  /** Whether there may be a counter at a path or below it. */
  readonly holdsCounter: (path: Path) => boolean;
  readonly isLatest: (path: Path) => boolean;
  /** The same for numbers of which the greatest wins. */
  readonly holdsLatest: (path: Path) => boolean;
  readonly isAtom: (path: Path) => boolean;
  readonly identityOf: (path: Path) => string | null;
}

/**
 * Compiles rules. A `*` in a path stands for one segment, which may contain dots; other segments may not. The empty path is that of the
 * whole text.
 */
export function compileRules(rules: JsonRules): PathRules {
  const counters = rules.counters.map(split);
  const latest = rules.latest.map(split);
  const atoms = rules.atoms.map(split);
  const identities = Object.entries(rules.identities).map(([path, key]) => ({ pattern: split(path), key }));
  return {
    isCounter: (path) => counters.some((pattern) => matches(pattern, path)),
    holdsCounter: (path) => counters.some((pattern) => holds(pattern, path)),
    isLatest: (path) => latest.some((pattern) => matches(pattern, path)),
    holdsLatest: (path) => latest.some((pattern) => holds(pattern, path)),
    isAtom: (path) => atoms.some((pattern) => matches(pattern, path)),
    identityOf: (path) => identities.find(({ pattern }) => matches(pattern, path))?.key ?? null,
  };
}

function split(pattern: string): Path {
  return pattern === '' ? [] : pattern.split('.');
}

function matches(pattern: Path, path: Path): boolean {
  return pattern.length === path.length && holds(pattern, path);
}

/** Whether a pattern begins with a path. */
function holds(pattern: Path, path: Path): boolean {
  return pattern.length >= path.length && path.every((segment, index) => pattern[index] === '*' || pattern[index] === segment);
}
