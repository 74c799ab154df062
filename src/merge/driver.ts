import { decodeText } from '../system/bytes.js';
import { type DriverRow, driverAt } from './driver-rows.js';
import { createInterner, parseJson } from './json/tree.js';
import type { Driver } from './types.js';

/** Larger files, in bytes, are taken as a whole. Memories, settings and logs of a client stay far below. */
export const MERGE_LIMIT_BYTES = 8 * 1024 * 1024;

/** JSON may be larger: what nobody has touched in it costs little. */
const JSON_LIMIT_BYTES = 128 * 1024 * 1024;

/**
 * Chooses a driver: that of `driverAt` for the place of a file in the shared dir. All versions of it (null: absent) have to be
 * what the driver is for: a file that is not text or too large in any of them is opaque, and so is a JSON file that does not parse
 * in any.
 */
export function driverFor(rows: readonly DriverRow[], place: string, ...contents: readonly (Uint8Array | null)[]): Driver {
  const driver = driverAt(rows, place);
  for (const content of contents) {
    if (content !== null && !suits(driver, content)) {
      return { kind: 'opaque' };
    }
  }
  return driver;
}

function suits(driver: Driver, content: Uint8Array): boolean {
  const text = content.length > (driver.kind === 'json' ? JSON_LIMIT_BYTES : MERGE_LIMIT_BYTES) ? null : decodeText(content);
  return text !== null && (driver.kind !== 'json' || isJson(text));
}

/** Larger texts are parsed by the machine's own parser where that will do: a small one may still be nested too deep for a merge. */
const LARGE_CHARACTERS = 64 * 1024;

function isJson(text: string): boolean {
  return (text.length > LARGE_CHARACTERS && isPlainJson(text)) || isAnyJson(text);
}

function isPlainJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}

function isAnyJson(text: string): boolean {
  return text.trim() === '' || parseJson(text.replace(/^\uFEFF/, ''), createInterner()) !== null;
}
