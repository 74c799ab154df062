import { encodeText, decodeText } from '../system/bytes.js';
import { commonLines } from './text/lines/common-lines.js';
import { readTexts, writeText } from './text/lines/lines.js';
import { merge } from './merge.js';
import type { Driver } from './types.js';
import { TEXT_BUDGET_MS } from './text/merge-text.js';

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
