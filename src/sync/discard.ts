import { type Manifest, writeManifest } from '../session/manifest.js';
import type { Session } from '../session/session.js';
import { findChanges } from './changes.js';
import type { Files } from './files.js';
import type { Overlaid } from './overlaid.js';
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

/** As what is named that tools wrote. */
const FOLDER: Readonly<Record<Overlaid['kind'], string>> = { memory: 'memory/', config: '.claude/' };

async function unmerged(files: Files, session: Session): Promise<string[]> {
  const changes = findChanges(files, session);
  if (!changes) return [];
  const { rehearseSync } = await import('./session.js');
  try {
    const { memory, home } = await rehearseSync(rehearse(files).files, { ...session, changes });
    return [...memory, ...home].flatMap(([path, { outcome }]) => (outcome === 'unchanged' ? [] : [path]));
  } catch {
    // What cannot be merged, for whatever reason, can be thrown away all the same.
    const written = changes.written.map(({ tree }) => FOLDER[tree.kind]);
    return [...new Set([...(changes.notes ? [FOLDER.memory] : []), ...written, ...changes.names])];
  }
}
