import { join } from 'node:path';
import type { Files } from '../../system/files/files.js';

/** What Node puts in the place of bytes that are not UTF-8. */
const REPLACEMENT = '\u{FFFD}';

/**
 * The names listed in a folder that are not valid UTF-8, in the form in which they are shown. No file can be read or written by such a
 * name. Reads only.
 */
export function oddNames(files: Files, folder: string, listed: readonly string[]): string[] {
  const shown = listed.filter((name) => name.includes(REPLACEMENT));
  // A name may really contain that character. Then its path exists, and only other names that look the same are not valid.
  return [...new Set(shown)].filter(
    (name) => shown.filter((each) => each === name).length > (files.kind(join(folder, name)) === null ? 0 : 1),
  );
}
