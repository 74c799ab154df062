import { type Stats, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type SharedDir, STATE_FILE } from '../../client/shared-dir.js';
import { type FoundSession, loadStoreHere, sessionHere, type StoreHere } from '../../session/session.js';
import { memoryPlace } from '../../sync/change.js';
import { preparedStateQueue, withSharedLock } from '../../sync/locks/locks.js';
import { withStateLock } from '../../sync/locks/state-lock.js';
import { LOCK_TIMEOUTS } from '../../sync/locks/timeouts.js';
import { fileTurns } from '../../sync/turns/take-turn.js';
import { isUserError, UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { hasCode, reasonOf, unlessMissing } from '../../system/fs/fs-error.js';
import { futureRealPath } from '../../system/fs/paths.js';
import { waitForNamedLock } from '../named-lock.js';

/** The context in which files are written. */
export interface WriteContext extends StoreHere {
  readonly environment: NodeJS.ProcessEnv;
}

/** The context of files that this program writes. Throws `config-invalid`, `shared-dir-unusable`. */
export async function loadWriteContext(environment: NodeJS.ProcessEnv): Promise<WriteContext> {
  return { ...(await loadStoreHere(environment)), environment };
}

/** A file that no other pclaude process writes now. */
export interface Writing {
  readonly target: Target;
  /** Undefined for a file that sessions do not merge. */
  readonly shared: MergedFile | undefined;
}

/**
 * Runs `act` while no other pclaude process writes the file: under a lock of the file; for a file of the shared dir also under the lock of
 * the shared dir and with the file's turn; for the client's state file also under the client's lock. The kernel frees pclaude's locks when
 * the process exits; the client's lock expires after 10 s. Throws `path-unusable`, `lock-busy`, and `not-written` for errors of the system.
 */
export async function whileWriting<T>(context: WriteContext, name: string, act: (writing: Writing) => T): Promise<T> {
  const { stateDir, environment } = context;
  const target = targetOf(name);
  const shared = mergedFile(target, context.shared, sessionHere(environment, stateDir));
  const lock = await waitForNamedLock(stateDir, { kind: 'file', text: target.path }, LOCK_TIMEOUTS.shared);
  try {
    return await amongSessions(context, shared, target, () => act({ target, shared }));
  } catch (error) {
    throw asNotWritten(target.named, error);
  } finally {
    lock.release();
  }
}

/** Takes the locks in the same order as sessions. */
async function amongSessions<T>(
  { stateDir, shared: { dir } }: WriteContext,
  shared: MergedFile | undefined,
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
    : withStateLock(shared.clientLock, LOCK_TIMEOUTS.state, preparedStateQueue(realFiles, stateDir, dir), locked);
}

/** Every failure leaves the old file. */
function asNotWritten(name: string, error: unknown): unknown {
  const reason = hasCode(error, 'ENOENT') ? 'its folder has gone' : reasonOf(error);
  if (reason === undefined || isUserError(error)) return error;
  return new UserError('not-written', `cannot write ${name}: ${reason}`, 'it is as it was', { cause: error });
}

/** A file to write. */
interface Target {
  /** The absolute path, as it was named. */
  readonly named: string;
  /** The real path that the file has or will have. */
  readonly path: string;
}

/**
 * Finds the file to which a shell would write. Throws `path-unusable` if it is not a regular file, or if its folder is missing: a file in
 * place of `/dev/null` would break other programs.
 */
function targetOf(name: string): Target {
  if (name === '') throw unusable('an empty name is not a file', 'name a file');
  const named = resolve(name);
  const path = futureRealPath(named);
  const stat = statOf(path);
  if (name.endsWith('/') || stat?.isDirectory()) throw unusable(`${named} is not a file`, 'name a file');
  if (stat && !stat.isFile()) throw unusable(`${named} is not a regular file`, 'write to it with a redirect of the shell');
  if (statOf(dirname(path))?.isDirectory() !== true) throw unusable(`${dirname(path)} is not a folder`, 'make it first');
  return { named, path };
}

function unusable(what: string, hint: string): UserError {
  return new UserError('path-unusable', what, hint);
}

/** Returns undefined when nothing exists at the path. */
function statOf(path: string): Stats | undefined {
  return unlessMissing(() => statSync(path));
}

/** A file that sessions merge as well. */
interface MergedFile {
  /** Its path in the shared dir, which decides how it is merged. */
  readonly place: string;
  /** The path under which the client locks it; null for every file but the client's state file. */
  readonly clientLock: string | null;
}

/**
 * Finds the path of a file in the shared dir, in the home of the current session, or in its memory folder, both by its path as named and by
 * its real path. Returns undefined for a file outside these.
 */
function mergedFile({ named, path }: Target, shared: SharedDir, here?: FoundSession): MergedFile | undefined {
  const states = [shared.stateFile, ...(here ? [join(here.paths.home, STATE_FILE)] : [])];
  const clientLock = states.find((state) => path === futureRealPath(state));
  if (clientLock !== undefined) return { place: STATE_FILE, clientLock };
  const inFolder = (folder: string): string | undefined => below(folder, named) ?? below(futureRealPath(folder), path);
  const memoryFolder = here?.manifest.memoryFolder ?? null;
  const memory = memoryFolder === null ? undefined : inFolder(memoryFolder);
  const place = memory === undefined ? (inFolder(shared.dir) ?? (here && inFolder(here.paths.home))) : memoryPlace(memory);
  return place === undefined ? undefined : { place, clientLock: null };
}

/** Returns the relative path of a file below a folder; undefined for any other path. */
function below(folder: string, path: string): string | undefined {
  return path.startsWith(`${folder}/`) ? relative(folder, path) : undefined;
}
