import { futureRealPath } from '../platform/future-real-path.js';
import { monotonicNow, type Turn } from './turn-lock.js';
import { takeTurn, turnFile } from './take-turn.js';

/** Takes the turns to write shared files, by their paths, and returns what gives them back. */
export type FileTurns = (paths: readonly string[]) => Promise<() => void>;

/** For files that only seem to be written. */
export const noFileTurns: FileTurns = async () => () => undefined;

/** A merge holds its turns for milliseconds; after so long, in milliseconds, its process has been stopped. */
const LEASE_MS = 3_000;

/** A merge waits so long for all its turns, in milliseconds: a call that is put to a person gives its turn back much sooner. */
const WAIT_MS = 2_000;

/**
 * The turns of those who merge. They are taken in one order, so that two merges never wait for each other, and while the lock of the
 * shared dir is held; a tool call that has a turn does not wait for that lock. A merge goes on without a turn that it does not get in
 * time: what it writes is in the log, where the call that has the turn finds it.
 */
export function fileTurns(stateDir: string): FileTurns {
  return async (paths) => {
    const lockFiles = new Set(paths.map((path) => turnFile(stateDir, futureRealPath(path))));
    const end = monotonicNow() + WAIT_MS;
    const taken: Turn[] = [];
    for (const lockFile of [...lockFiles].toSorted()) {
      const turn = await takeTurn({ lockFile, socket: null, lease: LEASE_MS, wait: Math.max(0, end - monotonicNow()) });
      if (turn) taken.push(turn);
    }
    return () => {
      for (const turn of taken) turn.release();
    };
  };
}
