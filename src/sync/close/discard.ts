import { type Manifest, writeManifest } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { cleanUp } from './clean-up.js';
import { unmergedPaths } from './unmerged.js';

/**
 * Closes a session that has ended without merging it, and returns the paths of what a merge would have brought. All of it
 * stays in the folder of the session. The caller holds the session's lock. A crash leaves the session as it was, or
 * discarded.
 */
export async function discardSession(files: Files, session: Session): Promise<string[]> {
  // What cannot be merged, for whatever reason, can be thrown away all the same.
  const dropped = await unmergedPaths(files, session);
  const manifest: Manifest = { ...session.manifest, state: { name: 'closed', at: Date.now(), discarded: true } };
  files.append(session.paths.recentMark, '');
  writeManifest(session.paths.manifest, manifest);
  cleanUp(files, { ...session, manifest });
  return dropped;
}
