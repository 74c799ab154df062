import { isUserError, UserError } from '../../system/errors.js';
import { hasCode, reasonOf } from '../../system/fs/fs-error.js';
import type { SharedDir } from '../../client/shared-dir.js';
import { sessionHere } from '../../session/here.js';
import type { Store } from '../../session/session.js';
import { realFiles } from '../../system/files/real-files.js';
import { LOCK_TIMEOUTS } from '../../sync/locks/timeouts.js';
import { stateQueueFile, withSharedLock } from '../../sync/locks/shared-lock.js';
import { withStateLock } from '../../sync/locks/state-lock.js';
import { fileTurns } from '../../sync/turns/file-turns.js';
import { waitForNamedLock } from './named-lock.js';
import { type SharedPlace, sharedPlace } from './shared-place.js';
import { type Target, targetOf } from './target.js';

/** The context in which files are written. */
export interface WriteContext extends Store {
  readonly environment: NodeJS.ProcessEnv;
  /** The dir that sessions started here would share. */
  readonly shared: SharedDir;
}

/** A file that no other pclaude process writes now. */
export interface Writing {
  readonly target: Target;
  /** Undefined for a file that sessions do not merge. */
  readonly shared: SharedPlace | undefined;
}

/**
 * Runs `act` while no other pclaude process writes the file: under a lock of the file; for a file of the shared dir also under the lock of
 * the shared dir and with the file's turn; for the client's state file also under the client's lock. The kernel frees pclaude's locks when
 * the process exits; the client's lock expires after 10 s. Throws `path-unusable`, `lock-busy`, and `not-written` for errors of the system.
 */
export async function whileWriting<T>(desk: WriteContext, name: string, act: (writing: Writing) => T): Promise<T> {
  const { stateDir, environment } = desk;
  const target = targetOf(name);
  const shared = sharedPlace(target, desk.shared, sessionHere(environment, stateDir));
  const lock = await waitForNamedLock(stateDir, { kind: 'file', text: target.path }, LOCK_TIMEOUTS.shared);
  try {
    return await amongSessions(desk, shared, target, () => act({ target, shared }));
  } catch (error) {
    throw asNotWritten(target.named, error);
  } finally {
    lock.release();
  }
}

/** Takes the locks in the same order as sessions. */
async function amongSessions<T>(
  { stateDir, shared: { dir } }: WriteContext,
  shared: SharedPlace | undefined,
  { path }: Target,
  act: () => T,
): Promise<T> {
  if (shared === undefined) return act();
  const inTurn = async (): Promise<T> => {
    const giveBack = await fileTurns(stateDir)([path]);
    try {
      return act();
    } finally {
      giveBack();
    }
  };
  const locked = async (): Promise<T> => withSharedLock(realFiles, stateDir, dir, LOCK_TIMEOUTS.shared, inTurn);
  return shared.clientLock === null
    ? locked()
    : withStateLock(shared.clientLock, LOCK_TIMEOUTS.state, stateQueueFile(realFiles, stateDir, dir), locked);
}

/** Every failure leaves the old file. */
function asNotWritten(name: string, error: unknown): unknown {
  const reason = hasCode(error, 'ENOENT') ? 'its folder has gone' : reasonOf(error);
  if (reason === undefined || isUserError(error)) return error;
  return new UserError('not-written', `cannot write ${name}: ${reason}`, 'it is as it was', { cause: error });
}
