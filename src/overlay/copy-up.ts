import { dirname, join } from 'node:path';
import type { Files } from '../sync/files.js';
import { lastSeen, type MemorySession, remember } from '../sync/seen.js';
import type { FileTool } from './rules.js';

/**
 * Prepares the private copy of a memory file that one tool call is about to write, and returns its path. Each call has
 * a copy of its own: agents of one session write the same file side by side, and the client compares a file with what
 * it knows of that path. A crash leaves a copy that equals its base, which nobody takes for a change.
 *
 * An Edit replaces words in the file as it is now, so that is its base. A Write carries the whole file as the model
 * last saw it; taking a newer base would turn what others added since into lines that this model deleted. (The client
 * compares too, but before the hook runs, and others may write in between.)
 */
export function copyUp(files: Files, session: MemorySession, tool: FileTool, place: string, call: string): string {
  const shared = files.read(join(session.folder, place));
  if (shared !== null && lastSeen(files, session, place) === null) remember(files, session, place, shared);
  const base = tool === 'Write' && shared !== null ? lastSeen(files, session, place) : shared;
  const copy = join(session.paths.memory, call, place);
  files.makeFolder(dirname(copy));
  if (base !== null) {
    files.writePrivate(join(session.paths.memoryBase, call, place), base);
    files.writePrivate(copy, base);
  }
  return copy;
}
