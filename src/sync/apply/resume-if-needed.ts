import type { Files } from '../../system/files/files.js';
import type { Merger } from '../merger.js';

/**
 * Completes a sync that a crash or a failure interrupted; the code for that is loaded only then. The caller holds the lock of the shared
 * dir. Throws what `resume` throws.
 */
export async function resumeIfNeeded(files: Files, merger: Merger): Promise<void> {
  if (files.kind(merger.paths.intent) === null) return;
  const { resume } = await import('./resume.js');
  await resume(files, merger);
}
