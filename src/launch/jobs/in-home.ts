import { type RunningSession, mergeAlong } from '../running/merge-along.js';
import { report } from '../../system/report.js';
import { noSlotLine } from '../../sync/messages/report-lines.js';
import { start } from '../start.js';
import type { ClientExit } from '../running/supervise.js';
import { verbosityOf } from '../messages/verbosity.js';
import { hookSocket } from '../../session/hook-socket.js';
import { isDiscarded } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import { realFiles } from '../../system/files/real-files.js';
import { readJournal } from '../../sync/messages/journal.js';
import { environmentIn, type JobRun, storeOf } from './job-run.js';
import type { SessionConfigDir } from './places.js';
import { mergeIfClosed, takeSession } from './take.js';

/**
 * Runs the client in the home of a session, for a job of that session, and returns how it ended. The job may outlive this process, so the
 * session is reopened and run as at a launch: the client inherits its lock, changes are merged, and the session is closed when no process
 * of it runs any more. If another process holds the lock of the session, that process does all this. A crash leaves an open session, which
 * the next launch recovers. Throws `client-missing` and `home-not-built`.
 */
export async function runInHome(run: JobRun, place: SessionConfigDir): Promise<ClientExit> {
  const store = storeOf(run);
  const taken = await takeSession(store, place, run.config.slots);
  if (taken?.slot.problem !== undefined && !run.config.quiet) report(noSlotLine(taken.slot.problem, store.stateDir));
  const descriptors = taken ? [taken.lock.descriptor, ...taken.slot.descriptors] : [];
  const begun = start(run.client, run.args, environmentIn(run, taken?.session ?? place), descriptors);
  const along = taken && mergeReopened(run, taken.session);
  try {
    await begun;
  } finally {
    await (taken ? along?.end() : mergeIfClosed(store, place.paths.id));
  }
  const { ending, release } = await begun;
  taken?.slot.release();
  taken?.lock.release();
  release();
  return ending;
}

/** Runs the client in the home of a session for a command that only reads: a closed session stays closed. */
export async function lookIntoHome(run: JobRun, place: SessionConfigDir): Promise<ClientExit> {
  const { ending, release } = await start(run.client, run.args, environmentIn(run, place), []);
  await mergeIfClosed(storeOf(run), place.paths.id);
  release();
  return ending;
}

/** Starts to sync a reopened session. Merges from before the reopening are not reported again. */
function mergeReopened({ config, environment }: JobRun, { layout, paths, manifest }: Session): RunningSession | undefined {
  const voice = verbosityOf(config.quiet, false);
  if (isDiscarded(manifest)) {
    const line = `session ${paths.id} was discarded, so what its background sessions change in settings stays there`;
    if (voice !== 'none') report(line);
    return undefined;
  }
  return mergeAlong({
    config,
    layout,
    session: { paths, manifest },
    voice,
    socket: hookSocket(paths, environment),
    told: readJournal(realFiles, paths).length,
  });
}
