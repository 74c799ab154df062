import { encodeText, decodeText } from '../system/bytes.js';
import { commonLines } from './text/lines/common-lines.js';
import { readTexts, writeText } from './text/lines/lines.js';
import { merge } from './merge.js';
import type { Driver } from './types.js';
import { TEXT_BUDGET_MS } from './text/merge-text.js';

/**
 * Two versions of a file as one that holds all of both: every line, entry, key or item of either; of a JSON value that
 * differs, ours. Null where that cannot be: they are no texts, or too different to be compared in time.
 */
export function keepAll(ours: Uint8Array, theirs: Uint8Array, driver: Driver): Uint8Array | null {
  const result = merge({ base: driver.kind === 'text' ? inBoth(ours, theirs) : null, ours, theirs }, driver);
  if (result.outcome === 'conflict' || result.outcome === 'delete') {
    return null;
  }
  return result.outcome === 'write' ? result.content : theirs;
}

/** The lines that are in both, in their order: seen from there each side has only added. Null as above. */
export function inBoth(ours: Uint8Array, theirs: Uint8Array): Uint8Array | null {
  const [own, other] = [decodeText(ours), decodeText(theirs)];
  const [o, t] = own === null || other === null ? [] : readTexts([own, other]);
  const kept = o && t ? commonLines(t.lines, o.lines, Date.now() + TEXT_BUDGET_MS) : null;
  return t && kept ? encodeText(writeText({ ...t, lines: kept })) : null;
}
