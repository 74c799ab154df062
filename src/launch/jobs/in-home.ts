import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/config.js';
import { loadLayout } from '../../config/layout.js';
import type { PortBlocks } from '../../config/ports.js';
import { type HeldSlot, takeSlot } from '../../coordination/slots.js';
import { hookSocket } from '../../session/hook-socket.js';
import { lockEnded } from '../../session/locks.js';
import { isDiscarded, readManifest, writeManifest } from '../../session/manifest.js';
import { sessionPaths, type SessionPaths } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import { reopenSession } from '../../sync/close/closed-session.js';
import { recoverSession } from '../../sync/close/ended.js';
import { readJournal } from '../../sync/journal.js';
import { LAUNCH_TIMEOUTS } from '../../sync/locks/timeouts.js';
import { noSlotLine } from '../../sync/messages.js';
import { syncRunning } from '../../sync/sync-running.js';
import { UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { reasonOf } from '../../system/fs/fs-error.js';
import type { KernelLock } from '../../system/kernel-lock.js';
import { report } from '../../system/report.js';
import { mergeAlong, type RunningSession } from '../merge-along.js';
import { sessionEnvironment, type SharedRun, start } from '../start.js';
import type { ClientExit } from '../supervise.js';
import { verbosityOf } from '../verbosity.js';
import type { SessionConfigDir } from './find-job.js';

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

/** A run of pclaude with a command about background jobs. */
export interface JobRun extends SharedRun {
  /** Its state dir is a real path. */
  readonly config: Config;
}

/** Returns the store of all sessions. */
export function storeOf({ config: { stateDir, layout } }: JobRun): Store {
  return { stateDir, layout: loadLayout(layout) };
}

/** Returns the environment of a client in the home of a session. */
export function environmentIn({ environment }: JobRun, { manifest, paths }: Pick<Session, 'manifest' | 'paths'>): NodeJS.ProcessEnv {
  return sessionEnvironment(environment, manifest, paths, process.pid);
}

/**
 * How long a closed session's lock is waited for, in milliseconds. A process that merges or removes the session holds it for milliseconds.
 */
const PATIENCE_MS = 2_000;

interface TakenSession {
  readonly session: Session;
  readonly lock: KernelLock;
  readonly slot: HeldSlot;
}

/**
 * Locks a session and opens it if it was closed: with the current shared settings, and with its former slot unless another session has that
 * now. Returns undefined when another process holds the session: its launcher, its client, or another command about its jobs. Throws
 * `home-not-built`.
 */
export async function takeSession(
  store: Store,
  { paths, manifest: known }: SessionConfigDir,
  blocks: PortBlocks,
): Promise<TakenSession | undefined> {
  const lock = await lockUnlessKept(paths);
  if (!lock) return undefined;
  try {
    const manifest = readManifest(paths.manifest) ?? known;
    const opened = reopenSession(realFiles, { ...store, paths, manifest });
    const slot = takeSlot(store.stateDir, opened, blocks);
    const session: Session = { ...store, paths, manifest: { ...opened, slot: slot.slot } };
    writeManifest(paths.manifest, session.manifest);
    // A sync that fails here is repeated while the client runs.
    if (opened !== manifest) await syncRunning(session).catch(() => undefined);
    return { session, lock, slot };
  } catch (error) {
    lock.release();
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new UserError('home-not-built', `cannot open session ${paths.id} again: ${reason}`, 'fix that', { cause: error });
  }
}

/** Waits only for the lock of a closed session: that of an open one may be held for hours. */
async function lockUnlessKept(paths: SessionPaths): Promise<KernelLock | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = lockEnded(paths);
    if (lock !== 'held') return lock;
    if (readManifest(paths.manifest)?.state.name !== 'closed' || performance.now() > deadline) return undefined;
    await delay(5 + Math.random() * 15);
  }
}

/**
 * Merges what a client changed in a home whose session's lock it did not hold. If the session is open, this does nothing: the process that
 * holds the session, or the next launch, merges the changes. If it is closed, they are merged now. If a process still runs in it, because
 * the session was closed at the moment when the client started, it is reopened for the next launch.
 */
export async function mergeIfClosed(store: Store, id: string): Promise<void> {
  const paths = sessionPaths(store.stateDir, id);
  if (readManifest(paths.manifest)?.state.name !== 'closed') return;
  const merged = await recoverSession(realFiles, store, id, LAUNCH_TIMEOUTS);
  const lock = merged?.state === 'running' ? lockEnded(paths) : undefined;
  if (lock === undefined || lock === 'held') return;
  try {
    const manifest = readManifest(paths.manifest);
    if (manifest) reopenSession(realFiles, { ...store, paths, manifest });
  } finally {
    lock.release();
  }
}
