import { temporaryName } from '../../system/fs/atomic-write.js';
import type { SessionPaths } from '../../session/paths.js';
import type { Files } from '../../system/files/files.js';

/** How a held-back session ends. */
export type Ending = 'merge' | 'discard';

/**
 * Decides how a session ends, unless that is decided already, and returns the decision: the launcher may want to merge the session at the
 * moment at which the user discards it. Atomic. A crash leaves the session decided or undecided, and perhaps a temporary file.
 */
export function decideEnding(files: Files, { ending }: SessionPaths, wish: Ending): Ending {
  const temporary = temporaryName(ending);
  files.writePrivate(temporary, Buffer.from(wish));
  try {
    files.hardLink(temporary, ending);
    return wish;
  } catch (error) {
    const decided = files.read(ending);
    if (decided === null) throw error;
    return Buffer.from(decided).toString('utf8') === 'discard' ? 'discard' : 'merge';
  } finally {
    files.remove(temporary);
  }
}
