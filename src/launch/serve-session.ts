import { isInUse } from '../session/locks.js';
import type { Session } from '../session/session.js';
import { LOCK_TIMEOUTS } from '../sync/locks/timeouts.js';
import { failureLine, quarantinedLine } from '../sync/messages.js';
import { attempt } from '../system/attempt.js';
import { UserError } from '../system/errors.js';
import { thisMoment } from '../system/process-environment.js';
import { report } from '../system/report.js';
import { type LaunchContext, warn } from './context.js';
import { startClient } from './start.js';
import type { EndedClient, ProgramStart } from './supervise.js';
import type { AnsweredHooks, PreparedEnd } from './while-running.js';

/** How this process serves a session. */
interface Serving {
  /** The socket at which the hooks of the session ask; null when they ask none. */
  readonly socket: string | null;
  readonly beginning: Beginning;
}

/** How a process came by the session that it serves. */
type Beginning =
  | { readonly kind: 'created' }
  /** It opened a closed session again. `reported`: how many entries of the session's journal were reported before. */
  | { readonly kind: 'reopened'; readonly reported: number };

/**
 * Runs the client of a session, serves the session meanwhile, and resolves when the client has exited and the session was closed. Throws
 * `client-missing` when the client does not start.
 */
export async function runServed(
  launch: LaunchContext,
  client: Omit<ProgramStart, 'beforeStop'>,
  session: Session,
  service: Serving,
): Promise<EndedClient> {
  let served: ServedSession | undefined;
  const started = startClient({ ...client, beforeStop: () => served?.giveBackTurns() });
  // The client starts before the code that merges is loaded.
  served = serveSession(launch, session, service);
  try {
    return await started;
  } finally {
    await served.close();
  }
}

/** A session whose client runs. */
interface ServedSession {
  /** Called when the client has stopped (Ctrl-Z), before this process stops as well. */
  readonly giveBackTurns: () => void;
  /** Called when the client has exited: merges and closes the session. */
  readonly close: () => Promise<void>;
}

/**
 * Answers the hooks of the session while its client runs, and syncs it with the shared dir, unless it is held back. All code that it may
 * need is loaded now: there is time, and an update of pclaude may replace the files meanwhile. When the merge fails, or when Ctrl-C ends a
 * long wait for a lock, the session stays as it is, one line reports it, and the next launch tries again. No error is thrown, because the
 * client's own exit code must reach the caller.
 */
function serveSession(launch: LaunchContext, session: Session, { socket, beginning }: Serving): ServedSession {
  const { paths, manifest, stateDir } = session;
  // Processes that are older than a session cannot work in its home.
  const since = beginning.kind === 'created' ? thisMoment() : undefined;
  let hasEnded = false;
  const loading = import('./while-running.js');
  // If this fails, the hooks do the work themselves.
  let answered: AnsweredHooks | undefined;
  const hooks = loading
    .then(async ({ answerHooks }) => (hasEnded || socket === null ? undefined : (answered = await answerHooks(session, socket))))
    .catch(() => undefined);
  const liveSync = loading.then(({ startLiveSync }) => (hasEnded || manifest.sync === 'exit' ? undefined : startLiveSync(session)));
  // The error is handled in `close`, where the result is awaited.
  liveSync.catch(() => undefined);
  let prepared: PreparedEnd | undefined;
  const usesHome = (): boolean => isInUse(paths.home, since);
  // A failure shows at the end, which does all of it again.
  const preparing = setTimeout(() => {
    loading
      .then(async ({ prepareEnd }) => (hasEnded ? undefined : (prepared = await prepareEnd(launch, session, usesHome))))
      .catch(() => undefined);
  }, PREPARE_MS).unref();
  const close = async (): Promise<void> => {
    hasEnded = true;
    clearTimeout(preparing);
    // What an answer still merges is part of the session.
    await (await hooks)?.end();
    try {
      const { closeSession, reportEnd, newLockReachLine, pruneLogs, keepGood, realFiles } = await loading;
      const quarantined = (await (await liveSync)?.()) ?? [];
      const closed = await cancellable(async (signal) =>
        closeSession(realFiles, session, {
          isInUse: usesHome(),
          wait: { ...LOCK_TIMEOUTS, shared: { ...LOCK_TIMEOUTS.shared, signal, onLong: reportWaiting } },
        }),
      );
      for (const path of quarantined) warn(launch, quarantinedLine(path));
      const reported = beginning.kind === 'reopened' ? beginning.reported : 0;
      reportEnd(launch, closed, { paths, branch: manifest.branch, verb: 'merged', reported });
      // The next close repeats whatever fails here.
      attempt(() => keepGood(realFiles, session));
      if (launch.verbosity !== 'silent' && prepared?.hasNewLockReach !== false)
        attempt(() => reportIfAny(newLockReachLine(realFiles, stateDir, paths.launcher)));
      attempt(() => pruneLogs(stateDir, launch.config.log, Date.now()));
    } catch (error) {
      report(failureLine(paths.id, error));
    }
  };
  return { giveBackTurns: () => answered?.giveBackTurns(), close };
}

/** When the end of a session is prepared, in milliseconds after the start of its client. The first sync has usually been made by then. */
const PREPARE_MS = 500;

function reportIfAny(line: string | undefined): void {
  if (line !== undefined) report(line);
}

function reportWaiting(): void {
  report('waiting for another session that is merging; Ctrl-C leaves this one to the next launch');
}

/** The signals that end a waiting process. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The Ctrl-C that ended the client may reach this process later than the client's exit, by so many milliseconds. */
const SAME_KEY_MS = 500;

/**
 * Lets Ctrl-C, or another signal that ends this process, abort the signal that `act` gets. A Ctrl-C of the first half second is the one that
 * ended the client. Throws the errors of `act`.
 */
export async function cancellable<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
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
