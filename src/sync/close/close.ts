import { type Manifest, writeManifest } from '../../session/manifest.js';
import { logFolder } from '../../session/paths.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { NOTHING_MERGED, type SyncReport } from '../change.js';
import { findChanges } from '../collect/changes.js';
import { forgetOld, pruneReplaced } from '../gc/forget.js';
import { forgetSettledValues, keptValuesFolder } from '../kept-values.js';
import { type Locks, sessionLocks } from '../locks/locks.js';
import { LOCK_TIMEOUTS, type LockWaits } from '../locks/timeouts.js';
import { mergeChanges } from '../merge-session.js';
import { cleanUp } from './closed-session.js';
import { decideEnding, discardSession } from './discard.js';

/** The result of closing a session. */
export type Closed =
  | { readonly state: 'merged'; readonly report: SyncReport }
  /** The user asked for it. `dropped`: the paths that were not merged; their content stays in the session dir. */
  | { readonly state: 'discarded'; readonly dropped: readonly string[] };

interface CloseOptions {
  /** Whether a process may still write to the home, as `isInUse` has just said. Writes during the merge may be missed. */
  readonly isInUse: boolean;
  readonly wait?: LockWaits;
}

/**
 * Merges all of a session whose client has exited, and closes it, so that launches skip it; or discards it, if the user asked for that while
 * it ran. Its home stays, because conversations name files in it and its links still lead to them; `cleanUp` says what is removed. A session
 * whose home is in use is merged and stays open; one that is held back is not merged either, and the report is empty. A closed session is
 * merged again: a process that it left running may have written to its home. The caller holds the session's locks. Throws what
 * `mergeChanges` throws; the session is then as it was, for another try, and so it is after a crash.
 */
export async function closeSession(files: Files, session: Session, { isInUse, wait = LOCK_TIMEOUTS }: CloseOptions): Promise<Closed> {
  return closeUnder(files, session, { isInUse, locks: sessionLocks(files, session, wait), write: writeManifest });
}

interface CloseTools {
  readonly isInUse: boolean;
  readonly locks: Locks;
  /** Writes the manifest of the closed session. */
  readonly write: typeof writeManifest;
}

/** Does what `closeSession` promises, with the given locks. */
export async function closeUnder(files: Files, session: Session, { isInUse, locks, write }: CloseTools): Promise<Closed> {
  const { paths, manifest } = session;
  const isClosed = manifest.state.name === 'closed';
  if (manifest.sync === 'exit' && !isClosed) {
    if (isInUse) return { state: 'merged', report: NOTHING_MERGED };
    if (decideEnding(files, paths, 'merge') === 'discard') return { state: 'discarded', dropped: await discardSession(files, session) };
  }
  const changes = findChanges(files, session);
  const report = changes ? await mergeChanges(files, session, changes, locks) : NOTHING_MERGED;
  // A crash may have interrupted the clean-up after the session was closed.
  if (isClosed) cleanUp(files, session);
  if (isClosed || isInUse) return { state: 'merged', report };
  const isDamaged = files.kind(paths.homeBase) !== 'folder';
  markClosed(files, session, Date.now(), write);
  return { state: 'merged', report: isDamaged ? { ...report, damaged: true } : report };
}

/** Marks a session that is merged as closed, and removes what it needs no longer. */
function markClosed(files: Files, session: Session, now: number, write: typeof writeManifest): void {
  const { stateDir, paths, manifest } = session;
  const closed: Manifest = { ...manifest, state: { name: 'closed', at: now } };
  // Before the session is closed: no later run would do this.
  if (files.kind(paths.root) !== null) files.append(paths.recentMark, '');
  pruneReplaced(files, paths, now);
  forgetSettledValues(files, keptValuesFolder(stateDir, logFolder(stateDir, files.realPath(manifest.shared.dir))), now);
  forgetOld(files, session, now);
  // Another process may have removed the session dir.
  if (files.kind(paths.root) !== null) write(paths.manifest, closed);
  cleanUp(files, { ...session, manifest: closed });
}
