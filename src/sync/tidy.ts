import type { SessionPaths } from '../session/paths.js';
import type { Files } from './files.js';

/**
 * Removes what is not needed of a closed session. The base of its home stays, for what something that it left running
 * may still write there. The mark goes last: where it stands, this is done again.
 */
export function tidy(files: Files, paths: SessionPaths): void {
  for (const folder of [paths.memory, paths.memoryBase, paths.calls, paths.memorySeen]) files.removeFolder(folder);
  files.remove(paths.openMark);
}
