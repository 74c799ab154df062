import { join } from 'node:path';
import { realFiles } from '../../src/sync/files.js';
import { memoryPath } from '../../src/sync/memory-path.js';
import { keepUnverified } from '../../src/sync/verify/unverified.js';
import type { Scratch } from './scratch.js';
import type { OpenSession } from './session.js';

/**
 * A tool of the session has written a memory, what stands there was written over it, and nobody has verified that yet. `base`: what the tool had
 * read, where that is not what stands there.
 */
export function leaveUnverified(scratch: Scratch, { paths, manifest }: Pick<OpenSession, 'paths' | 'manifest'>, call: string, place: string, text: string, base?: string): void {
  const folder = manifest.memoryFolder;
  if (folder === null) throw new Error('a session in tests has memory');
  const target = join(folder, place);
  const before = base ?? scratch.read(target) ?? null;
  keepUnverified(realFiles, paths, call, { place: memoryPath(place), target, memoryFolder: folder, before, after: text, since: 0, conflict: 'copy' });
}
