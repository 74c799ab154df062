import { type Manifest, writeManifest } from '../session/manifest.js';
import type { Session } from '../session/session.js';
import { findChanges } from './changes.js';
import type { Files } from './files.js';
import { memoryPath, overlaidName } from './overlaid.js';
import { rehearse } from './pretended-files.js';
import { tidy } from './tidy.js';

/**
 * Closes a session that has ended without merging it, and returns the paths of what a merge would have brought. All of it
 * stays in the folder of the session. The caller holds the session's lock. A crash leaves the session as it was, or
 * discarded.
 */
export async function discardSession(files: Files, session: Session): Promise<string[]> {
  const dropped = await unmerged(files, session);
  const manifest: Manifest = { ...session.manifest, state: { name: 'closed', at: Date.now(), discarded: true } };
  writeManifest(session.paths.manifest, manifest);
  tidy(files, { ...session, manifest });
  return dropped;
}

async function unmerged(files: Files, session: Session): Promise<string[]> {
  const changes = findChanges(files, session);
  if (!changes) return [];
  const { rehearseSync } = await import('./session.js');
  try {
    const { memory, home } = await rehearseSync(rehearse(files).files, { ...session, changes });
    return [...memory, ...home].flatMap(([path, { outcome }]) => (outcome === 'unchanged' ? [] : [path]));
  } catch {
    // What cannot be merged, for whatever reason, can be thrown away all the same.
    const trees = changes.written.map(({ tree }) => overlaidName(tree, ''));
    return [...new Set([...(changes.notes ? [memoryPath('')] : []), ...trees, ...changes.names])];
  }
}
