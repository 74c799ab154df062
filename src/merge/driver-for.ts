import { decodeText, withoutBom } from '../system/content.js';
import { type Driver, driverAt, type DriverRow } from './drivers.js';
import { parseJsonFile } from './json/parse-json.js';

/** A file larger than this, in bytes, is merged as a whole. Memories, settings and logs of a client are far smaller. */
export const MERGE_LIMIT_BYTES = 8 * 1024 * 1024;

/** A JSON file may be larger, in bytes: the parts that neither side changed cost little. */
const JSON_LIMIT_BYTES = 128 * 1024 * 1024;

/**
 * Chooses the driver for a file: that of `driverAt` for its path in the shared dir, if all versions (null: absent) suit it. A file is
 * opaque when one of its versions is not text, is too large, or is JSON that does not parse.
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

/**
 * A text with more characters than this is first checked with `JSON.parse`, which is faster. A smaller text may still be nested too deeply
 * for a merge.
 */
const LARGE_CHARACTERS = 64 * 1024;

function isJson(text: string): boolean {
  return (text.length > LARGE_CHARACTERS && isPlainJson(text)) || parseJsonFile(text) !== null;
}

function isPlainJson(text: string): boolean {
  try {
    JSON.parse(withoutBom(text));
    return true;
  } catch {
    return false;
  }
}
