import { hasDaemon } from '../session/daemon.js';
import { isDiscarded, type Manifest, writeManifest } from '../session/manifest.js';
import type { Session } from '../session/session.js';
import { findChanges } from './changes.js';
import { closeNotes } from './close-notes.js';
import { type Files, realFiles } from './files.js';
import { NOTHING_MERGED, type SyncReport } from './report.js';

/**
 * Merges all of a session whose client has ended, and closes it: launches then pass over it. Its home stays, because
 * conversations name files in it, and its links still lead to them; what was only kept for merging is removed. A session
 * with a living daemon stays open. Throws what `syncSession` throws; the session is then as it was, for another try.
 */
export async function finishSession(session: Session, files: Files = realFiles): Promise<SyncReport> {
  const { paths, manifest } = session;
  const report = await syncIfChanged(session, files);
  if (hasDaemon(paths.home)) return report;
  const closed: Manifest = { ...manifest, state: { name: 'closed', at: Date.now() } };
  writeManifest(paths.manifest, closed);
  tidy(files, { ...session, manifest: closed });
  return report;
}

/**
 * Removes what is not needed of a closed session; of one that was discarded all stays. The base of its home stays, for
 * what something that it left running may still write there. The mark goes last: where it stands, this is done again.
 */
export function tidy(files: Files, session: Session): void {
  const { paths, manifest } = session;
  closeNotes(files, session);
  const folders = isDiscarded(manifest) ? [] : [paths.memory, paths.memoryBase, paths.calls, paths.memorySeen];
  for (const folder of folders) files.removeFolder(folder);
  files.remove(paths.openMark);
}

/** Where nothing has changed the merge drivers are not even loaded. */
export async function syncIfChanged(session: Session, files: Files): Promise<SyncReport> {
  const changes = findChanges(files, session);
  if (!changes) return NOTHING_MERGED;
  const { syncSession } = await import('./session.js');
  return syncSession(files, { ...session, changes });
}
