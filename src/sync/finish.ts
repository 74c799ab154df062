import { isInUse } from '../session/in-use.js';
import type { Moment } from '../platform/process-age.js';
import { writeManifest } from '../session/manifest.js';
import type { SessionPaths } from '../session/paths.js';
import type { Session } from '../session/session.js';
import { findChanges } from './changes.js';
import { type Files, realFiles } from './files.js';
import { NOTHING_MERGED, type SyncReport } from './report.js';

/**
 * Merges all of a session whose client has ended, and closes it: launches then pass over it. Its home stays, because
 * conversations name files in it, and its links still lead to them; what was only kept for merging is removed. A session
 * whose home is in use when this begins stays open: what is written meanwhile may not be merged. Throws what `syncSession`
 * throws; the session is then as it was, for another try. `since`: see `isInUse`.
 */
export async function finishSession(session: Session, files: Files = realFiles, since?: Moment): Promise<SyncReport> {
  const { paths, manifest } = session;
  const stays = isInUse(paths.home, since);
  const report = await syncIfChanged(session, files);
  if (stays) return report;
  writeManifest(paths.manifest, { ...manifest, state: { name: 'closed', at: Date.now() } });
  tidy(files, paths);
  return report;
}

/**
 * Removes what is not needed of a closed session. The base of its home stays, for what something that it left running
 * may still write there. The mark goes last: where it stands, this is done again.
 */
export function tidy(files: Files, paths: SessionPaths): void {
  for (const folder of [paths.memory, paths.memoryBase, paths.calls, paths.memorySeen]) files.removeFolder(folder);
  files.remove(paths.openMark);
}

/** Where nothing has changed the merge drivers are not even loaded. */
export async function syncIfChanged(session: Session, files: Files): Promise<SyncReport> {
  const changes = findChanges(files, session);
  if (!changes) return NOTHING_MERGED;
  const { syncSession } = await import('./session.js');
  return syncSession(files, { ...session, changes });
}
