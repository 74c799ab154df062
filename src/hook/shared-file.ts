import { join } from 'node:path';
import { sharedPath } from '../client/shared-dir.js';
import { memoryPath } from '../sync/memory-path.js';
import type { HookedSession } from './hooked-session.js';
import type { ClassifiedPath } from './classify-path.js';
import type { SharedFile } from '../sync/lost-updates/seen-change.js';

/** Returns the shared file that a classified path means. */
export function sharedFile(
  { manifest: { shared } }: Pick<HookedSession, 'manifest'>,
  meaning: Exclude<ClassifiedPath, { kind: 'held' }>,
): SharedFile {
  const { place } = meaning;
  if (meaning.kind === 'config') return { place, target: sharedPath(shared, place), memoryFolder: null };
  return memoryFile(meaning.folder, place);
}

/** Returns a file of a memory folder, given its path in that folder. */
export function memoryFile(folder: string, place: string): SharedFile {
  return { place: memoryPath(place), target: join(folder, place), memoryFolder: folder };
}
