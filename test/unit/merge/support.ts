import type { Driver, JsonRules } from '../../../src/merge/drivers.js';
import { merge, type MergeResult } from '../../../src/merge/merge.js';

const TEXT: Driver = { kind: 'text', stamps: ['modified'] };
const INDEX: Driver = { kind: 'index', stamps: ['modified'], entryKeys: ['link', 'cell', 'text'] };
const OPAQUE: Driver = { kind: 'opaque' };

export const drivers = {
  text: TEXT,
  index: INDEX,
  opaque: OPAQUE,
  jsonl: { kind: 'jsonl', timeKeys: ['timestamp'] },
  json: json({}),
} satisfies Record<string, Driver>;

export function json(rules: Partial<JsonRules>): Driver {
  return { kind: 'json', rules: { counters: [], latest: [], atoms: [], identities: {}, sections: [], ...rules } };
}

/** A result with texts for bytes, and the content of the shared file after it. */
export interface Outcome {
  readonly outcome: MergeResult['outcome'];
  readonly shared: string | null;
  readonly copy: string | null;
  readonly decided: readonly string[];
}

/** Runs a merge on texts; null: the file is absent. */
export function run(base: string | null, ours: string | null, theirs: string | null, driver: Driver): Outcome {
  const result = merge({ base: bytes(base), ours: bytes(ours), theirs: bytes(theirs) }, driver);
  const none = { outcome: result.outcome, copy: null, decided: [] };
  if (result.outcome === 'write') {
    return { ...none, shared: text(result.content), decided: result.decided };
  }
  if (result.outcome === 'conflict') {
    return { ...none, shared: result.content === null ? theirs : text(result.content), copy: text(result.copy) };
  }
  return result.outcome === 'delete' ? { ...none, shared: null } : { ...none, shared: theirs, decided: result.decided };
}

export function bytes(content: string | null): Uint8Array | null {
  return content === null ? null : new TextEncoder().encode(content);
}

function text(content: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
}

/** Joins lines into a text that ends in a line end. */
export function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

/** The lines of a text without their ends, empty ones left out. */
export function lineSet(content: string | null): Set<string> {
  return new Set((content ?? '').split(/\r?\n/).filter((line) => line.trim() !== ''));
}
