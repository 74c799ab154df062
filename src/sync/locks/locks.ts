import { dirname } from 'node:path';
import { type SharedDir, STATE_FILE } from '../../client/shared-dir.js';
import { sharedLockFile, stateQueueLockFile } from '../../session/paths.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { makeFolder } from '../../system/fs/folders.js';
import { type LockWait, waitForKernelLock } from '../../system/kernel-lock.js';
import { resumeIfNeeded } from '../apply/resume-if-needed.js';
import { type Merger, mergerOf } from '../merger.js';
import { noFileTurns } from '../turns/take-turn.js';
import { withStateLock } from './state-lock.js';
import type { LockWaits } from './timeouts.js';

/** The locks under which a session merges. A sync that a crash interrupted is completed first. */
export interface Locks {
  /** Runs `act` under the lock of the shared dir. */
  readonly shared: <T>(act: (merger: Merger) => Promise<T>) => Promise<T>;
  /** The same, and under the client's own lock on a state file, which a client takes before it writes the file. */
  readonly state: <T>(file: string, act: (merger: Merger) => Promise<T>) => Promise<T>;
  /** Runs `act` under the locks that a write to `path` needs, which is at `place` in the shared dir: `state` for a state file, else `shared`. */
  readonly forFile: <T>(place: string, path: string, act: (merger: Merger) => Promise<T>) => Promise<T>;
}

/** What is locked, and for which merger. */
interface Locked {
  readonly stateDir: string;
  readonly shared: SharedDir;
  readonly merger: Merger;
}

/** The locks of a session's shared dir. */
export function sessionLocks(files: Files, session: Session, wait: LockWaits): Locks {
  return locksOf(files, { stateDir: session.stateDir, shared: session.manifest.shared, merger: mergerOf(files, session) }, wait);
}

/** How long to wait for the lock of the shared dir under the client's lock, in milliseconds: a client must not take its lock for stale. */
const UNDER_STATE_LOCK_MS = 4_000;

/**
 * The locks of a shared dir. The client's lock comes first, so that other sessions go on merging while this process waits for a client.
 * Its methods throw what `withSharedLock` and `withStateLock` throw.
 */
export function locksOf(files: Files, { stateDir, shared: { dir, stateFile }, merger }: Locked, wait: LockWaits): Locks {
  const underSharedLock = async <T>(lock: LockWait, act: (merger: Merger) => Promise<T>): Promise<T> =>
    withSharedLock(files, stateDir, dir, lock, async () => {
      await resumeIfNeeded(merger);
      return act(merger);
    });
  return withForFile({
    shared: async (act) => underSharedLock(wait.shared, act),
    state: async (file, act) => {
      const inTime = { ...wait.shared, timeout: Math.min(wait.shared.timeout, UNDER_STATE_LOCK_MS) };
      const queue = file === stateFile ? preparedStateQueue(files, stateDir, dir) : null;
      return withStateLock(file, wait.state, queue, async () => underSharedLock(inTime, act));
    },
  });
}

/** For a dry run, which writes nothing to the disk. */
export function noLocks(real: Merger): Locks {
  const merger: Merger = { ...real, turns: noFileTurns };
  return withForFile({ shared: async (act) => act(merger), state: async (_, act) => act(merger) });
}

/** Adds `forFile`, which chooses between the other two. */
function withForFile({ shared, state }: Pick<Locks, 'shared' | 'state'>): Locks {
  return { shared, state, forFile: async (place, path, act) => (place === STATE_FILE ? state(path, act) : shared(act)) };
}

/**
 * Runs `act` while no other pclaude process merges into a shared dir. Throws what `waitForKernelLock` throws. The kernel frees the lock
 * when the process exits, however it exits.
 */
export async function withSharedLock<T>(
  files: Files,
  stateDir: string,
  sharedDir: string,
  wait: LockWait,
  act: () => T | Promise<T>,
): Promise<T> {
  const file = sharedLockFile(stateDir, files.realPath(sharedDir));
  // The state dir may have been wiped since the launch.
  makeFolder(dirname(file));
  const lock = await waitForKernelLock(file, wait);
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/** The path of the lock file that is the queue for the client's lock on a state file (`stateQueueLockFile`). Makes its folder. */
export function preparedStateQueue(files: Files, stateDir: string, sharedDir: string): string {
  const file = stateQueueLockFile(stateDir, files.realPath(sharedDir));
  makeFolder(dirname(file));
  return file;
}
