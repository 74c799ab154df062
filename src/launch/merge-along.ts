import type { Config } from '../config/config.js';
import type { Layout } from '../config/layout.js';
import type { Session } from '../session/session.js';
import { LOCK_TIMEOUTS } from '../sync/locks/timeouts.js';
import { failureLine, quarantinedLine } from '../sync/messages.js';
import { attempt } from '../system/attempt.js';
import { UserError } from '../system/errors.js';
import type { Moment } from '../system/process-environment.js';
import { report } from '../system/report.js';
import type { Verbosity } from './verbosity.js';
import type { AnsweredHooks } from './while-running.js';

/** The signals that end a waiting process. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Run {
  readonly config: Config;
  readonly layout: Layout;
  readonly session: Pick<Session, 'paths' | 'manifest'>;
  readonly voice: Verbosity;
  /** The socket at which the hooks of the session ask; null when they ask none. */
  readonly socket: string | null;
  /** A moment soon after this process created the session; see `isInUse`. */
  readonly made?: Moment | undefined;
  /** How many entries of its journal were reported before. */
  readonly told?: number;
}

/** A session whose client runs. */
export interface RunningSession {
  /** Called when the client has stopped (Ctrl-Z), before this process stops as well. */
  readonly giveBackTurns: () => void;
  /** Called when the client has exited: merges and closes the session. */
  readonly end: () => Promise<void>;
}

/**
 * Answers the hooks of the session while its client runs, and syncs it with the shared dir, unless it is held back. All code that it may
 * need is loaded now: there is time, and an update of pclaude may replace the files meanwhile. When the merge fails, or when Ctrl-C ends a
 * long wait for a lock, the session stays as it is, one line reports it, and the next launch tries again. No error is thrown, because the
 * client's own exit code must reach the caller.
 */
export function mergeAlong({ config, layout, session: { paths, manifest }, voice, socket, made, told = 0 }: Run): RunningSession {
  const session: Session = { stateDir: config.stateDir, layout, paths, manifest };
  let hasEnded = false;
  const loading = import('./while-running.js');
  // If this fails, the hooks do the work themselves.
  let answered: AnsweredHooks | undefined;
  const hooks = loading
    .then(async ({ answerHooks }) => (hasEnded || socket === null ? undefined : (answered = await answerHooks(session, socket))))
    .catch(() => undefined);
  const accompanied = loading.then(({ startLiveSync }) => (hasEnded || manifest.sync === 'exit' ? undefined : startLiveSync(session)));
  // The error is handled in `end`, where the result is awaited.
  accompanied.catch(() => undefined);
  const end = async (): Promise<void> => {
    hasEnded = true;
    (await hooks)?.end();
    try {
      const { closeSession, reportEnd, newLockReachLine, pruneLogs, keepGood, realFiles } = await loading;
      const setAside = (await (await accompanied)?.()) ?? [];
      const ended = await cancellable(async (signal) => {
        return closeSession(
          session,
          undefined,
          { ...LOCK_TIMEOUTS, shared: { ...LOCK_TIMEOUTS.shared, signal, onLong: sayWaiting } },
          made,
        );
      });
      if (voice !== 'none') for (const path of setAside) report(quarantinedLine(path));
      reportEnd(voice, ended, { paths, branch: manifest.branch, verb: 'merged', told });
      // The next close repeats whatever fails here.
      attempt(() => keepGood(realFiles, session));
      if (voice !== 'none') attempt(() => reportIfAny(newLockReachLine(realFiles, config.stateDir)));
      attempt(() => pruneLogs(config.stateDir, config.log, Date.now()));
    } catch (error) {
      report(failureLine(paths.id, error));
    }
  };
  return { giveBackTurns: () => answered?.giveBackTurns(), end };
}

function reportIfAny(line: string | undefined): void {
  if (line !== undefined) report(line);
}

function sayWaiting(): void {
  report('waiting for another session that is merging; Ctrl-C leaves this one to the next launch');
}

/** The Ctrl-C that ended the client may reach this process later than the client's exit, by so many milliseconds. */
const SAME_KEY_MS = 500;

/** Lets Ctrl-C, or another signal that ends this process, cancel what `act` waits for. */
async function cancellable<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const start = performance.now();
  const cancel = (name: NodeJS.Signals): void => {
    if (name === 'SIGINT' && performance.now() - start < SAME_KEY_MS) return;
    controller.abort(new UserError('lock-busy', 'you did not wait for another session that is merging', 'nothing is lost'));
  };
  for (const name of ENDING) process.on(name, cancel);
  try {
    return await act(controller.signal);
  } finally {
    for (const name of ENDING) process.off(name, cancel);
  }
}
