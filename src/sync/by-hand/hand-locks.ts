import { basename } from 'node:path';
import type { SharedDir } from '../../client/shared-dir.js';
import { handIntent } from '../../session/paths.js';
import type { Store } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { type Locks, locksOf } from '../locks/locks.js';
import { LOCK_TIMEOUTS } from '../locks/timeouts.js';
import { mergeLog, type Merger } from '../merger.js';
import { fileTurns } from '../turns/take-turn.js';

/** A shared dir that the user changes by hand. */
export interface ByHand extends Store {
  readonly shared: SharedDir;
}

/** The session whose change the user applies or takes back. */
export type Whose = Pick<Merger, 'id' | 'branch'>;

/** The locks for a merge by hand into a shared dir. The next command that changes this shared dir by hand completes what a crash left. */
export function handLocks(files: Files, { stateDir, layout, shared }: ByHand, { id, branch }: Whose): Locks {
  const log = mergeLog(files, stateDir, layout, shared);
  const paths = { intent: handIntent(stateDir, basename(log.folder)), journal: null, replaced: null };
  const merger: Merger = { files, id, branch, paths, stateDir, drivers: layout.drivers, log, now: Date.now, turns: fileTurns(stateDir) };
  return locksOf(files, { stateDir, shared, merger }, LOCK_TIMEOUTS);
}
