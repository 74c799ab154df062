import type { DriverRow } from '../merge/driver-rows.js';
import type { Driver, EntryKey, JsonRules } from '../merge/types.js';

/** A row of `drivers` as it is written in a layout file or in the user's config. */
export interface RawDriverRow {
  readonly path: string;
  readonly driver: string;
  readonly rules?: string | undefined;
  readonly stamps?: readonly string[] | undefined;
  readonly entryKeys?: readonly string[] | undefined;
  readonly timeKeys?: readonly string[] | undefined;
}

/** Reads one row. Throws a plain `Error` that names the path when the driver, the rules or an entry key is unknown. */
export function toDriverRow(raw: RawDriverRow, rules: Readonly<Record<string, JsonRules>>): DriverRow {
  return { path: raw.path, driver: toDriver(raw, rules) };
}

function toDriver(
  { path, driver, rules: name = 'plain', stamps = [], entryKeys = ['link', 'text'], timeKeys = [] }: RawDriverRow,
  rules: Readonly<Record<string, JsonRules>>,
): Driver {
  switch (driver) {
    case 'text':
      return { kind: driver, stamps };
    case 'index':
      if (!entryKeys.every(isEntryKey)) throw new Error(`driver row "${path}": entryKeys are "link", "cell" or "text"`);
      return { kind: driver, stamps, entryKeys };
    case 'json': {
      const set = rules[name];
      if (set === undefined)
        throw new Error(
          `driver row "${path}": rules are ${Object.keys(rules)
            .map((known) => `"${known}"`)
            .join(', ')}`,
        );
      return { kind: driver, rules: set };
    }
    case 'jsonl':
      return { kind: driver, timeKeys };
    case 'opaque':
      return { kind: driver };
    default:
      throw new Error(`driver row "${path}": driver is "text", "index", "json", "jsonl" or "opaque"`);
  }
}

function isEntryKey(value: string): value is EntryKey {
  return ['link', 'cell', 'text'].includes(value);
}
