import { type Manifest, writeManifest } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { cleanUp } from './clean-up.js';
import { unmergedPaths } from '../collect/unmerged.js';

/**
 * Closes an ended session without merging it, and returns the paths that a merge would have changed. All content stays in the session dir.
 * The caller holds the session's locks. A crash leaves the session as it was, or discarded.
 */
export async function discardSession(files: Files, session: Session): Promise<string[]> {
  // A session that cannot be merged, for whatever reason, can still be discarded.
  const dropped = await unmergedPaths(files, session);
  const manifest: Manifest = { ...session.manifest, state: { name: 'closed', at: Date.now(), discarded: true } };
  files.append(session.paths.recentMark, '');
  writeManifest(session.paths.manifest, manifest);
  cleanUp(files, { ...session, manifest });
  return dropped;
}
