import { temporaryName } from '../../system/fs/atomic-write.js';
import type { SessionPaths } from '../../session/paths.js';
import type { Files } from '../../system/files/files.js';

/** What becomes of a session that is held back, when it has ended. */
export type Ending = 'merge' | 'discard';

/**
 * Decides how a session ends, unless that is decided already, and returns how: its launcher wants to merge it in the same
 * moment in which a person throws it away. Atomic; a crash leaves it decided or not, and perhaps a temporary file.
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
