import { join } from 'node:path';
import type { Files } from './files.js';
import type { MemorySession } from './seen.js';

/** Ends the name of the mark of a call that has written and could not be merged. */
export const UNMERGED = '.unmerged';

/** Writes down which file of the memory folder a call may write: it may put others beside it for a moment. */
export function beginCall(files: Files, { paths }: MemorySession, call: string, place: string): void {
  files.writePrivate(join(paths.calls, call), Buffer.from(place));
}

/** The file that a call may write; undefined when nothing was written down. */
export function placeOf(files: Files, { paths }: MemorySession, call: string): string | undefined {
  const place = files.read(join(paths.calls, call));
  return place === null ? undefined : Buffer.from(place).toString('utf8');
}

/** Notes that a call has written, but its merge did not come about: the next call of the session tries again. */
export function markUnmerged(files: Files, { paths }: MemorySession, call: string): void {
  files.writePrivate(join(paths.calls, call + UNMERGED), new Uint8Array());
}

/** The calls with that mark. All others may still be writing. */
export function unmergedCalls(files: Files, paths: Pick<MemorySession['paths'], 'calls'>): string[] {
  return files.list(paths.calls).flatMap((name) => (name.endsWith(UNMERGED) ? [name.slice(0, -UNMERGED.length)] : []));
}

/** Removes all that is kept of a call; what it wrote and was not merged is gone. */
export function forgetCall(files: Files, { paths }: MemorySession, call: string): void {
  files.removeFolder(join(paths.memory, call));
  files.removeFolder(join(paths.memoryBase, call));
  for (const name of [call, call + UNMERGED]) files.remove(join(paths.calls, name));
}
