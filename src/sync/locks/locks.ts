import type { SharedDir } from '../../client/shared-dir.js';
import type { LockWait } from '../../system/locks/kernel-lock.js';
import type { Session } from '../../session/session.js';
import { noFileTurns } from '../turns/file-turns.js';
import type { Files } from '../../system/files/files.js';
import { type Merger, mergerOf } from '../merger.js';
import { resumeIfNeeded } from '../apply/resume-if-needed.js';
import { stateTurn, withSharedLock } from './shared-lock.js';
import { type StateWait, withStateLock } from './state-lock.js';

/** How others are kept away while somebody merges. What a crash left of an earlier sync is completed first. */
export interface Locks {
  /** From what is shared. */
  readonly shared: <T>(act: (merger: Merger) => Promise<T>) => Promise<T>;
  /** The same, and from a state file, which the client writes under a lock of its own. */
  readonly state: <T>(file: string, act: (merger: Merger) => Promise<T>) => Promise<T>;
}

export interface LockWaits {
  readonly shared: LockWait;
  readonly state: StateWait;
}

/** What is locked, and for whom. */
interface Locked {
  readonly stateDir: string;
  readonly shared: SharedDir;
  readonly merger: Merger;
}

/** The locks of a session's shared dir. */
export function sessionLocks(files: Files, session: Session, wait: LockWaits): Locks {
  return locksOf(files, { stateDir: session.stateDir, shared: session.manifest.shared, merger: mergerOf(files, session) }, wait);
}

/** While we hold the client's lock it must not take that for stale, so we wait for ours no longer than this. */
const UNDER_STATE_LOCK_MS = 4_000;

/**
 * The locks of a shared dir. The client's comes first: while we wait for a client, others of us go on merging. Throw
 * what `withSharedLock` and `withStateLock` throw.
 */
export function locksOf(files: Files, { stateDir, shared: { dir, stateFile }, merger }: Locked, wait: LockWaits): Locks {
  const shared = async <T>(lock: LockWait, act: (merger: Merger) => Promise<T>): Promise<T> =>
    withSharedLock(files, stateDir, dir, lock, async () => {
      await resumeIfNeeded(files, merger);
      return act(merger);
    });
  return {
    shared: async (act) => shared(wait.shared, act),
    state: async (file, act) => {
      const inTime = { ...wait.shared, timeout: Math.min(wait.shared.timeout, UNDER_STATE_LOCK_MS) };
      const turn = file === stateFile ? stateTurn(files, stateDir, dir) : null;
      return withStateLock(file, wait.state, turn, async () => shared(inTime, act));
    },
  };
}

/** For files that only seem to be written. */
export function noLocks(real: Merger): Locks {
  const merger: Merger = { ...real, turns: noFileTurns };
  return { shared: async (act) => act(merger), state: async (_, act) => act(merger) };
}
