import { decodeText } from './bytes.js';
import { createInterner, parseJson } from './json-tree.js';
import type { Driver, JsonRules } from './merge.js';

/** Larger files, in bytes, are taken as a whole. Memories, settings and logs of a client stay far below. */
const MERGE_LIMIT_BYTES = 8 * 1024 * 1024;

/** The rules for a JSON file of which nothing is known. */
const NO_RULES: JsonRules = { counters: [], atoms: [], identities: {} };

/** Where a line of a log that nothing is known of may carry its time. */
const TIME_KEYS: readonly string[] = ['timestamp', 'time', 'ts', 'date'];

/**
 * Chooses a driver by the last segment of a file's path and by all its versions (null: absent). Content goes before
 * name: a file that is not text or too large in any version is opaque, and so is a JSON file that does not parse in any.
 */
export function driverFor(path: string, ...contents: readonly (Uint8Array | null)[]): Driver {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const texts: string[] = [];
  for (const content of contents) {
    const text = content === null || content.length > MERGE_LIMIT_BYTES ? null : decodeText(content);
    if (content !== null && text === null) {
      return { kind: 'opaque' };
    }
    texts.push(...(text === null ? [] : [text]));
  }
  if (name === 'memory.md' || name === '_index.md') {
    return { kind: 'index' };
  }
  if (name.endsWith('.jsonl')) {
    return { kind: 'jsonl', timeKeys: TIME_KEYS };
  }
  if (name.endsWith('.json') || name.endsWith('.jsonc')) {
    return texts.every(isJson) ? { kind: 'json', rules: NO_RULES } : { kind: 'opaque' };
  }
  return { kind: 'text' };
}

function isJson(text: string): boolean {
  return text.trim() === '' || parseJson(text.replace(/^\uFEFF/, ''), createInterner()) !== null;
}
