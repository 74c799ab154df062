import { join } from 'node:path';
import type { Files } from '../../system/files/files.js';

/** What the system gives in the place of bytes that are not UTF-8. */
const REPLACEMENT = '\u{FFFD}';

/**
 * Those of the names listed in a folder that are not valid UTF-8, so that nothing can be read or written by them, as they are shown.
 * Reads only.
 */
export function oddNames(files: Files, folder: string, listed: readonly string[]): string[] {
  const shown = listed.filter((name) => name.includes(REPLACEMENT));
  // A name may really hold that character; then it is there, and any other of the same look is not.
  return [...new Set(shown)].filter((name) => shown.filter((each) => each === name).length > (files.kind(join(folder, name)) === null ? 0 : 1));
}
