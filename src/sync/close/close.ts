import { isInUse } from '../../session/locks.js';
import { type Manifest, writeManifest } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { realFiles } from '../../system/files/real-files.js';
import type { Moment } from '../../system/process-environment.js';
import { NOTHING_MERGED, type SyncReport } from '../change.js';
import { findChanges } from '../collect/changes.js';
import { forgetOld, pruneReplaced } from '../gc/forget.js';
import { forgetSettledValues, keptValuesFolder } from '../kept-values.js';
import type { LockWaits } from '../locks/locks.js';
import { LOCK_TIMEOUTS } from '../locks/timeouts.js';
import { syncSession } from '../merge-session.js';
import { mergerOf } from '../merger.js';
import { cleanUp } from './closed-session.js';
import { decideEnding, discardSession } from './discard.js';

/** The result of closing a session. */
export type Closed =
  | { readonly state: 'merged'; readonly report: SyncReport }
  /** The user asked for it. `dropped`: the paths that were not merged; their content stays in the session dir. */
  | { readonly state: 'discarded'; readonly dropped: readonly string[] };

/**
 * Merges and closes a session whose client has exited, as `finishSession` does, or discards it if the user asked for that while it ran. A
 * held-back session whose home is still in use stays open, and nothing of it is merged: the result is then `merged` with an empty report.
 */
export async function closeSession(
  session: Session,
  files: Files = realFiles,
  wait: LockWaits = LOCK_TIMEOUTS,
  since?: Moment,
): Promise<Closed> {
  const { paths, manifest } = session;
  if (manifest.sync === 'exit') {
    if (isInUse(paths.home, since)) return { state: 'merged', report: NOTHING_MERGED };
    if (decideEnding(files, paths, 'merge') === 'discard') return { state: 'discarded', dropped: await discardSession(files, session) };
  }
  return { state: 'merged', report: await finishSession(session, files, wait, since) };
}

/**
 * Merges all of a session whose client has exited, and closes it, so that launches skip it. Its home stays, because conversations name
 * files in it and its links still lead to them; `cleanUp` says what is removed. A session whose home is in use when this begins stays open,
 * because writes during the merge may be missed. Throws what `syncSession` throws; the session is then as it was, for another try. `since`:
 * see `isInUse`.
 */
export async function finishSession(
  session: Session,
  files: Files = realFiles,
  wait: LockWaits = LOCK_TIMEOUTS,
  since?: Moment,
): Promise<SyncReport> {
  const { paths, manifest } = session;
  const stays = isInUse(paths.home, since);
  const report = await syncIfChanged(session, files, wait);
  if (stays) return report;
  const damaged = files.kind(paths.homeBase) !== 'folder';
  const closed: Manifest = { ...manifest, state: { name: 'closed', at: Date.now() } };
  // Before the session is closed: no later run would do this.
  if (files.kind(paths.root) !== null) files.append(paths.recentMark, '');
  pruneReplaced(files, paths, Date.now());
  forgetSettledValues(files, keptValuesFolder(session.stateDir, mergerOf(files, session).log.folder), Date.now());
  forgetOld(files, session, Date.now());
  // Another process may have removed the session dir.
  if (files.kind(paths.root) !== null) writeManifest(paths.manifest, closed);
  cleanUp(files, { ...session, manifest: closed });
  return damaged ? { ...report, damaged } : report;
}

/** Merges what has changed. Does nothing when nothing has. */
export async function syncIfChanged(session: Session, files: Files, wait: LockWaits = LOCK_TIMEOUTS): Promise<SyncReport> {
  const changes = findChanges(files, session);
  if (!changes) return NOTHING_MERGED;
  return syncSession(files, { ...session, changes }, wait);
}
