import type { Merger } from '../merger.js';

/**
 * Completes a sync that a crash or a failure interrupted; the code for that is loaded only then. The caller holds the lock of the shared
 * dir. Throws what `resume` throws.
 */
export async function resumeIfNeeded(merger: Merger): Promise<void> {
  if (merger.files.kind(merger.paths.intent) === null) return;
  const { resume } = await import('./resume.js');
  await resume(merger);
}
