import { sameBytes } from '../system/bytes.js';
import { inBoth } from './both.js';
import type { Driver } from './types.js';
import { type Statement, statementsOf } from './statements.js';

/** The change of a writer that had read an older version than the one it overwrote. */
export interface LostUpdate {
  /** The version that it had read. */
  readonly base: Uint8Array | null;
  /** The version that it overwrote. */
  readonly latest: Uint8Array;
}

type Statements = ReadonlyMap<string, Statement>;

/**
 * Detects whether a version was made from an older one than the latest: by a writer that read before pclaude's last merges and wrote after
 * them. `past`: the known versions, the oldest first; the last is the one that should have been in the file.
 *
 * This is the case when the version has nothing of what came in after the older one, and some of what the older one had. A writer that had
 * read the latest could only have made it by undoing exactly what came in, and nothing else, and adding something of its own. A version
 * that equals a past one, byte for byte, is such an undoing. In doubt both are kept: the caller merges with `base`.
 */
export function detectLostUpdate(past: readonly (Uint8Array | null)[], theirs: Uint8Array, driver: Driver): LostUpdate | null {
  const latest = past.at(-1) ?? null;
  if (latest === null || past.some((version) => sameBytes(version, theirs))) return null;
  const [now, last] = [statementsOf(theirs, driver), statementsOf(latest, driver)];
  if (now === null || last === null) return null;
  let best: LostUpdate | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const base of past.slice(0, -1)) {
    const before = statementsOf(base, driver);
    if (before === null || !isMadeFrom(before, last, now)) continue;
    // Of several that fit, takes the one of which the least would have been removed, and of those the oldest.
    const missing = without(before, now).length;
    if (missing < fewest) [best, fewest] = [{ base, latest }, missing];
  }
  if (best === null || best.base === null || fewest === 0 || driver.kind === 'json') return best;
  // The writer may have read an unknown version from before the others came in. It has not removed what it never saw.
  return { ...best, base: inBoth(best.base, theirs) ?? best.base };
}

function isMadeFrom(before: Statements, last: Statements, now: Statements): boolean {
  const cameIn = without(last, before);
  if (cameIn.length === 0 || cameIn.some(([name]) => now.has(name)) || isOneValue(cameIn, before)) return false;
  const news = without(now, before).filter(([name]) => !last.has(name));
  if (cameIn.some(([, statement]) => news.some(([, other]) => isEditOf(statement, other)))) return false;
  const stayed = [...before.keys()].filter((name) => last.has(name));
  return hasMost(now, without(before, last)) && (stayed.length === 0 || stayed.some((name) => now.has(name)));
}

/** Whether only a single value came in. Changing one back may well be intended. */
function isOneValue(cameIn: readonly (readonly [string, Statement])[], before: Statements): boolean {
  const [[, only] = []] = cameIn;
  return cameIn.length === 1 && only !== undefined && only.topic !== null && [...before.values()].some(({ topic }) => topic === only.topic);
}

/**
 * Whether one statement is an edit of the other. A writer that edited what came in has seen it. Lines of the same form under different
 * headings are sections of two writers, not an edit.
 */
function isEditOf(one: Statement, other: Statement): boolean {
  if (one.topic !== null || other.topic !== null) return one.topic === other.topic;
  return one.heading === other.heading && likeness(one.text, other.text) >= 0.75;
}

/** Returns the share of words that two lines have in common, from 0 to 1. */
function likeness(one: string, other: string): number {
  const [words, others] = [one, other].map((text) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu)));
  if (!words || !others || words.size + others.size === 0) return 0;
  const common = [...words].filter((word) => others.has(word)).length;
  return (2 * common) / (words.size + others.size);
}

function without(statements: Statements, others: Statements): (readonly [string, Statement])[] {
  return [...statements].filter(([name]) => !others.has(name));
}

function hasMost(statements: Statements, wanted: readonly (readonly [string, Statement])[]): boolean {
  return 2 * wanted.filter(([name]) => statements.has(name)).length >= wanted.length;
}
