import type { Layout } from '../../config/layout.js';
import { UserError } from '../../system/errors.js';
import { attempt } from '../../system/attempt.js';
import type { Moment } from '../../system/process/process-age.js';
import type { Session } from '../../session/session.js';
import { LOCK_TIMEOUTS } from '../../sync/locks/timeouts.js';
import type { AnsweredHooks } from './answer-hooks.js';
import type { Config } from '../../config/config.js';
import { report } from '../../system/report.js';
import { failureLine, quarantinedLine } from '../../sync/messages/report-lines.js';
import type { Verbosity } from '../messages/verbosity.js';

/** What ends a process that waits. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Run {
  readonly config: Config;
  readonly layout: Layout;
  readonly session: Pick<Session, 'paths' | 'manifest'>;
  readonly voice: Verbosity;
  /** Where hooks of the session ask for answers; null: nowhere. */
  readonly socket: string | null;
  /** A moment soon after the session was made, by us; see `isInUse`. */
  readonly made?: Moment | undefined;
  /** How much of its journal has been told of before. */
  readonly told?: number;
}

/** A session whose client runs. */
export interface Along {
  /** The client has stopped (Ctrl-Z), and this process is about to. */
  readonly giveBackTurns: () => void;
  /** The client has ended: merges and closes the session. */
  readonly end: () => Promise<void>;
}

/**
 * Answers the hooks of the session while its client runs, and keeps it in step with the shared dir, unless it is held back. All that it may need is loaded now: there is time, and an update of pclaude may replace the
 * files meanwhile. When the merge fails, or Ctrl-C ends a long wait for others, the session stays as it is, one line says so, and
 * the next launch tries again: the client's own exit code must reach the caller.
 */
export function mergeAlong({ config, layout, session: { paths, manifest }, voice, socket, made, told = 0 }: Run): Along {
  const session: Session = { stateDir: config.stateDir, layout, paths, manifest };
  let hasEnded = false;
  const loading = import('./while-running.js');
  // Without it hooks work by themselves.
  let answered: AnsweredHooks | undefined;
  const hooks = loading.then(async ({ answerHooks }) => (hasEnded || socket === null ? undefined : (answered = await answerHooks(session, socket)))).catch(() => undefined);
  const accompanied = loading.then(({ startLiveSync }) => (hasEnded || manifest.sync === 'exit' ? undefined : startLiveSync(session)));
  // Told of when it is needed.
  accompanied.catch(() => undefined);
  const end = async (): Promise<void> => {
    hasEnded = true;
    (await hooks)?.end();
    try {
      const { closeSession, reportEnd, newLockReachLine, pruneLogs, keepGood, realFiles } = await loading;
      const setAside = (await (await accompanied)?.()) ?? [];
      const ended = await cancellable(async (signal) => {
        return closeSession(session, undefined, { ...LOCK_TIMEOUTS, shared: { ...LOCK_TIMEOUTS.shared, signal, onLong: sayWaiting } }, made);
      });
      if (voice !== 'none') for (const path of setAside) report(quarantinedLine(path));
      reportEnd(voice, ended, { paths, branch: manifest.branch, verb: 'merged', told });
      // What is old can go, and what is good be kept, the next time as well.
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

/** Lets Ctrl-C, or whoever ends us, cancel what `act` waits for. */
async function cancellable<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const cancel = (): void => controller.abort(new UserError('lock-busy', 'you did not wait for another session that is merging', 'nothing is lost'));
  for (const name of ENDING) process.on(name, cancel);
  try {
    return await act(controller.signal);
  } finally {
    for (const name of ENDING) process.off(name, cancel);
  }
}
