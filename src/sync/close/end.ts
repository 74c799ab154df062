import type { Moment } from '../../system/process/process-age.js';
import { isInUse } from '../../session/in-use.js';
import type { Session } from '../../session/session.js';
import { discardSession } from './discard.js';
import { decideEnding } from './ending.js';
import type { Files } from '../../system/files/files.js';
import { realFiles } from '../../system/files/real-files.js';
import { finishSession } from './finish.js';
import type { LockWaits } from '../locks/locks.js';
import { LOCK_TIMEOUTS } from '../locks/timeouts.js';
import { NOTHING_MERGED, type SyncReport } from '../report.js';

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

// `recoverSession` loads all code that merges with one `import()`.
export { syncIfChanged } from './finish.js';
