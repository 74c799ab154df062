import type { Session } from '../session/session.js';
import { warmUpClose } from '../sync/close/warm-up.js';
import { realFiles } from '../system/files/real-files.js';
import type { LaunchContext } from './context.js';
import { hasNewLockReach, reportEnd } from './reports.js';

/** What is known of the end of a session before its client has exited. */
export interface PreparedEnd {
  /** Whether `newLockReachLine` may have a line to report. */
  readonly hasNewLockReach: boolean;
}

/**
 * Does all of a session's end that can be done while its client runs, and runs the code of the rest once (`warmUpClose`). Reports nothing,
 * and writes nothing. `isInUse`: looks for processes that use the home.
 */
export async function prepareEnd(launch: LaunchContext, session: Session, isInUse: () => boolean): Promise<PreparedEnd> {
  const { paths, manifest } = session;
  isInUse();
  const closed = await warmUpClose(session);
  // All entries of its journal count as reported.
  reportEnd(launch, closed, { paths, branch: manifest.branch, verb: 'merged', reported: Number.POSITIVE_INFINITY });
  return { hasNewLockReach: hasNewLockReach(realFiles, session.stateDir, paths.launcher) };
}
