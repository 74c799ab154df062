import { setTimeout as delay } from 'node:timers/promises';
import type { PortBlocks } from '../../config/config.js';
import { type HeldSlot, takeSlot } from '../../coordination/slots.js';
import { hookSocket } from '../../session/hook-socket.js';
import { lockEnded } from '../../session/locks.js';
import { isDiscarded, readManifest, writeManifest } from '../../session/manifest.js';
import { type SessionPaths, sessionPaths } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import { reopenSession } from '../../sync/close/closed-session.js';
import { recoverSession } from '../../sync/close/recover-session.js';
import { readJournal } from '../../sync/journal.js';
import { LAUNCH_TIMEOUTS } from '../../sync/locks/timeouts.js';
import { noSlotLine } from '../../sync/messages.js';
import { syncRunning } from '../../sync/sync-running.js';
import { UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { reasonOf } from '../../system/fs/fs-error.js';
import type { KernelLock } from '../../system/kernel-lock.js';
import { type LaunchContext, warn } from '../context.js';
import { runServed } from '../serve-session.js';
import { sessionEnvironment, startClient } from '../start.js';
import type { ClientExit, EndedClient, ProgramStart } from '../supervise.js';
import type { SessionConfigDir } from './find-job.js';

/**
 * Runs the client in the home of a session, for a job of that session, and returns how it ended. The job may outlive this process, so the
 * session is reopened and run as at a launch: the client inherits its lock, changes are merged, and the session is closed when no process
 * of it runs any more. If another process holds the lock of the session, that process does all this. A crash leaves an open session, which
 * the next launch recovers. Throws `client-missing` and `home-not-built`.
 */
export async function runInHome(launch: LaunchContext, dir: SessionConfigDir): Promise<ClientExit> {
  const taken = await takeSession(launch, dir, launch.config.slots);
  if (!taken) return runWithoutLock(launch, dir);
  const { session, slot, lock } = taken;
  if (slot.problem !== undefined) warn(launch, noSlotLine(slot.problem, launch.stateDir));
  const { client: program, args } = launch;
  const start = { program, args, environment: environmentIn(launch, session), descriptors: [lock.descriptor, ...slot.descriptors] };
  const { ending, release } = await runReopened(launch, start, session);
  slot.release();
  lock.release();
  release();
  return ending;
}

/**
 * Runs the client in the home of a session whose lock this process does not hold: another process holds it, or the command only reads, so
 * that a closed session stays closed. Throws `client-missing`.
 */
export async function runWithoutLock(launch: LaunchContext, dir: SessionConfigDir): Promise<ClientExit> {
  const { client, args } = launch;
  const { ending, release } = await startClient({ program: client, args, environment: environmentIn(launch, dir), descriptors: [] });
  await mergeIfClosed(launch, dir.paths.id);
  release();
  return ending;
}

/** Runs the client of a reopened session, and syncs the session unless it was discarded. */
async function runReopened(launch: LaunchContext, start: ProgramStart, session: Session): Promise<EndedClient> {
  const { paths, manifest } = session;
  if (!isDiscarded(manifest)) {
    const reported = readJournal(realFiles, paths).length;
    return runServed(launch, start, session, {
      socket: hookSocket(paths, launch.environment),
      beginning: { kind: 'reopened', reported },
    });
  }
  const started = startClient(start);
  warn(launch, `session ${paths.id} was discarded, so what its background sessions change in settings stays there`);
  return started;
}

/** Returns the environment of a client in the home of a session. */
export function environmentIn({ environment }: LaunchContext, { manifest, paths }: Pick<Session, 'manifest' | 'paths'>): NodeJS.ProcessEnv {
  return sessionEnvironment(environment, manifest, paths, process.pid);
}

/**
 * How long a closed session's lock is waited for, in milliseconds. A process that merges or removes the session holds it for milliseconds.
 */
const LOCK_TIMEOUT_MS = 2_000;

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
  { stateDir, layout }: Store,
  { paths, manifest: known }: SessionConfigDir,
  blocks: PortBlocks,
): Promise<TakenSession | undefined> {
  const lock = await lockUnlessKept(paths);
  if (!lock) return undefined;
  try {
    const manifest = readManifest(paths.manifest) ?? known;
    const opened = reopenSession(realFiles, { stateDir, layout, paths, manifest });
    const slot = takeSlot(stateDir, opened, blocks);
    const session: Session = { stateDir, layout, paths, manifest: { ...opened, slot: slot.slot } };
    writeManifest(paths.manifest, session.manifest);
    // A sync that fails here is repeated while the client runs.
    if (opened !== manifest) await syncRunning(realFiles, session).catch(() => undefined);
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
  const deadline = performance.now() + LOCK_TIMEOUT_MS;
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
export async function mergeIfClosed({ stateDir, layout }: Store, id: string): Promise<void> {
  const paths = sessionPaths(stateDir, id);
  if (readManifest(paths.manifest)?.state.name !== 'closed') return;
  const merged = await recoverSession(realFiles, { stateDir, layout }, id, LAUNCH_TIMEOUTS);
  const lock = merged?.state === 'running' ? lockEnded(paths) : undefined;
  if (lock === undefined || lock === 'held') return;
  try {
    const manifest = readManifest(paths.manifest);
    if (manifest) reopenSession(realFiles, { stateDir, layout, paths, manifest });
  } finally {
    lock.release();
  }
}
