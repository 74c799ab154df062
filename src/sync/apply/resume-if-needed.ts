import type { Files } from '../../system/files/files.js';
import type { Merger } from '../merger.js';

/**
 * Completes what a crash or a failure has left of a sync; what that needs is only loaded then. The caller holds the lock of
 * the shared dir. Throws what `resume` throws.
 */
export async function resumeIfNeeded(files: Files, merger: Merger): Promise<void> {
  if (files.kind(merger.paths.intent) === null) return;
  const { resume } = await import('./resume.js');
  await resume(files, merger);
}
