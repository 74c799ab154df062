import { answerHook } from '../hook/hook.js';
import { createShellCalls, type HookContext } from '../hook/hooked-session.js';
import * as merging from '../hook/merging.js';
import type { Session } from '../session/session.js';
import { warmUpClose } from '../sync/close/warm-up.js';
import { serve } from '../sync/turns/server.js';
import { turnsOf } from '../sync/turns/turns.js';
import { realFiles } from '../system/files/real-files.js';
import type { LaunchContext } from './context.js';
import { hasNewLockReach, reportEnd } from './reports.js';

// All that a launcher needs while its client runs and when it exits. It is one module because the build makes one file of it: modules
// loaded separately would share no code, and a waiting launcher is to be small.
export { closeSession } from '../sync/close/close.js';
export { realFiles } from '../system/files/real-files.js';
export { keepGood } from '../sync/mishaps/last-good.js';
export { pruneLogs } from '../sync/log/prune.js';
export { startLiveSync } from '../sync/watch/live-sync.js';
export { newLockReachLine, reportEnd } from './reports.js';

/** The hooks of a running session, as its launcher answers them. */
export interface AnsweredHooks {
  /** Called when the client stops or exits: none of its calls may keep a turn. */
  readonly giveBackTurns: () => void;
  /** Resolves when no answer can write to shared files any more. */
  readonly end: () => Promise<void>;
}

/**
 * Answers the hooks of a session at its socket until `end`. Throws the system's error when it cannot listen; the hooks then do the work
 * themselves.
 */
export async function answerHooks({ stateDir, paths, layout }: Session, socket: string): Promise<AnsweredHooks> {
  const { turns, queue } = turnsOf({ stateDir, socket });
  const session: HookContext = {
    stateDir,
    id: paths.id,
    loadLayout: async () => layout,
    loadMerging: async () => merging,
    turns,
    shellCalls: createShellCalls(),
  };
  const close = await serve(socket, { answer: async (event, signal) => answerHook(session, event, realFiles, signal), queue });
  return {
    giveBackTurns: turns.giveBackAll,
    end: async () => {
      turns.giveBackAll();
      await close();
    },
  };
}

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
