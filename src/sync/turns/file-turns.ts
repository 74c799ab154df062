import { futureRealPath } from '../../system/fs/future-real-path.js';
import { monotonicNow, type Turn } from './turn-lock.js';
import { takeTurn, turnFile } from './take-turn.js';

/** Takes the turns to write shared files, by their paths, and returns the function that gives them back. */
export type FileTurns = (paths: readonly string[]) => Promise<() => void>;

/** For a dry run, which writes no file. */
export const noFileTurns: FileTurns = async () => () => undefined;

/** The lease of a merge, in milliseconds. A merge holds its turns only briefly; if its lease ends, its process has been stopped. */
const LEASE_MS = 3_000;

/** How long a merge waits for all its turns, in milliseconds. Other processes wait for its lock. Most calls take a tenth of this. */
const WAIT_MS = 500;

/**
 * The turns of a process that merges and holds the lock of the shared dir. Because of that lock no two merges wait for each other, and a
 * tool call that has a turn does not wait for that lock. A turn that this process holds already is not taken twice. A merge goes on without
 * a turn that it does not get in time: what it writes is in the log, where the call that has the turn finds it.
 */
export function fileTurns(stateDir: string): FileTurns {
  const held = new Set<string>();
  return async (paths) => {
    const lockFiles = new Set(paths.map((path) => turnFile(stateDir, futureRealPath(path))).filter((lockFile) => !held.has(lockFile)));
    const end = monotonicNow() + WAIT_MS;
    const taken = new Map<string, Turn>();
    for (const lockFile of lockFiles) {
      const turn = await takeTurn({ lockFile, socket: null, lease: LEASE_MS, wait: Math.max(0, end - monotonicNow()) });
      if (!turn) continue;
      held.add(lockFile);
      taken.set(lockFile, turn);
    }
    return () => {
      for (const [lockFile, turn] of taken) {
        held.delete(lockFile);
        turn.release();
      }
    };
  };
}
