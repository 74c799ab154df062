import { decodeText, encodeText, sameBytes } from '../system/content.js';
import type { Driver } from './drivers.js';
import { mergeIndex } from './index/merge-index.js';
import { mergeJson } from './json/merge-json.js';
import { mergeJsonl } from './merge-jsonl.js';
import { commonLines } from './text/hunks.js';
import { readTexts, writeText } from './text/lines.js';
import { largerText, mergeText, TEXT_BUDGET_MS, type TextMerge } from './text/merge-text.js';

/** The three versions of a file; null if the file does not exist. */
export interface Versions {
  /** The content that the session started from or was last merged with. */
  readonly base: Uint8Array | null;
  /** The session's version. */
  readonly ours: Uint8Array | null;
  /** The current shared file. */
  readonly theirs: Uint8Array | null;
}

export type MergeResult =
  /**
   * The shared file stays as it is. `decided`, here and below: dotted paths of JSON values that both sides changed and of which one was
   * taken; never the values.
   */
  | { readonly outcome: 'unchanged'; readonly decided: readonly string[] }
  | { readonly outcome: 'write'; readonly content: Uint8Array; readonly decided: readonly string[] }
  /** Only when the shared file is as the session found it. */
  | { readonly outcome: 'delete' }
  /** `content`: the new content of the shared file (null: it stays as it is). `copy`: the session's whole version, to be kept beside it. */
  | { readonly outcome: 'conflict'; readonly content: Uint8Array | null; readonly copy: Uint8Array };

const UNCHANGED: MergeResult = { outcome: 'unchanged', decided: [] };

/**
 * Merges a session's version of a file into the shared file. Pure; never throws, whatever the bytes are.
 *
 * If one side did not change the file, the result is the other side's version, byte for byte. If both made the same change, the result is
 * that. If one removed the file and the other changed it, the changed file stays. If both changed it, `driver` merges them. What it cannot
 * merge is a conflict: the shared file keeps at least all of theirs, and `copy` has the session's whole version. A JSON file
 * that does not parse, and a text that is not UTF-8, is never guessed at: that is a conflict as well.
 *
 * Merging the result with the same base and ours again changes nothing, except that JSON counters are counted again.
 */
export function merge(versions: Versions, driver: Driver): MergeResult {
  const { base, ours, theirs } = versions;
  const oneSided = mergeOneSided(versions);
  if (oneSided !== null) {
    return oneSided;
  }
  // Never the case: without one of the versions, the merge is one-sided. The compiler does not know that.
  if (ours === null || theirs === null) {
    return UNCHANGED;
  }
  return sameBytes(theirs, ours) && !countsRepeats(driver) ? UNCHANGED : mergeBoth(base, ours, theirs, driver);
}

/** The part of `merge` that needs no driver. Returns null when both sides have a version of their own. */
export function mergeOneSided({ base, ours, theirs }: Versions): MergeResult | null {
  if (sameBytes(ours, base)) {
    return UNCHANGED;
  }
  if (ours === null) {
    return sameBytes(theirs, base) ? { outcome: 'delete' } : UNCHANGED;
  }
  return theirs === null || sameBytes(theirs, base) ? { outcome: 'write', content: ours, decided: [] } : null;
}

/** Two sessions that each count from 10 to 11 leave equal files, but the result is 12. */
function countsRepeats(driver: Driver): boolean {
  return driver.kind === 'json' && driver.rules.counters.length > 0;
}

function mergeBoth(base: Uint8Array | null, ours: Uint8Array, theirs: Uint8Array, driver: Driver): MergeResult {
  const [b, o, t] = [base && decodeText(base), decodeText(ours), decodeText(theirs)];
  const unreadable = o === null || t === null || (base !== null && b === null);
  if (driver.kind === 'opaque' || unreadable) {
    return conflictWith(ours);
  }
  if (driver.kind === 'json') {
    const merged = mergeJson(b, o, t, driver.rules);
    return merged === null ? conflictWith(ours) : written(merged.text, t, merged.decided);
  }
  if (driver.kind === 'jsonl') {
    return written(mergeJsonl(b ?? '', o, t, driver.timeKeys), t, []);
  }
  if (driver.kind === 'index') {
    return fromText(mergeIndex(b, o, t, driver), t, ours);
  }
  return b === null ? addedTwice(o, t, ours, driver.stamps) : fromText(mergeText(b, o, t, driver.stamps), t, ours);
}

function addedTwice(o: string, t: string, ours: Uint8Array, stamps: readonly string[]): MergeResult {
  const larger = largerText(o, t, stamps);
  if (larger === null) {
    return conflictWith(ours);
  }
  return larger === 'theirs' ? UNCHANGED : { outcome: 'write', content: ours, decided: [] };
}

function fromText(merged: TextMerge, theirs: string, ours: Uint8Array): MergeResult {
  if (merged === null) {
    return conflictWith(ours);
  }
  if (merged.clean) {
    return written(merged.text, theirs, []);
  }
  return { outcome: 'conflict', content: merged.text === theirs ? null : encodeText(merged.text), copy: ours };
}

function written(text: string, theirs: string, decided: readonly string[]): MergeResult {
  return text === theirs ? { outcome: 'unchanged', decided } : { outcome: 'write', content: encodeText(text), decided };
}

/** The result when both sides changed a file that cannot be merged: the shared file stays, and ours becomes a conflict copy. */
function conflictWith(ours: Uint8Array): MergeResult {
  return { outcome: 'conflict', content: null, copy: ours };
}

/**
 * Joins two versions of a file to one that has every line, entry, key and item of both; of a JSON value that differs it has ours. Returns
 * null when that is impossible: a version is not text, or the two cannot be compared in time.
 */
export function keepAll(ours: Uint8Array, theirs: Uint8Array, driver: Driver): Uint8Array | null {
  const result = merge({ base: driver.kind === 'text' ? inBoth(ours, theirs) : null, ours, theirs }, driver);
  if (result.outcome === 'conflict' || result.outcome === 'delete') {
    return null;
  }
  return result.outcome === 'write' ? result.content : theirs;
}

/**
 * Returns the lines that both versions have, in order. Relative to these each side has only added lines. Returns null in the cases of
 * `keepAll`.
 */
export function inBoth(ours: Uint8Array, theirs: Uint8Array): Uint8Array | null {
  const [own, other] = [decodeText(ours), decodeText(theirs)];
  const [o, t] = own === null || other === null ? [] : readTexts([own, other]);
  const kept = o && t ? commonLines(t.lines, o.lines, Date.now() + TEXT_BUDGET_MS) : null;
  return t && kept ? encodeText(writeText({ ...t, lines: kept })) : null;
}
