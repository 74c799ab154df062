import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../system/errors.js';
import { reasonOf } from '../../system/fs/fs-error.js';
import type { KernelLock } from '../../system/locks/kernel-lock.js';
import { lockEnded } from '../../session/locks.js';
import { readManifest, writeManifest } from '../../session/manifest.js';
import { sessionPaths, type SessionPaths } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import type { PortBlocks } from '../../config/ports.js';
import { type HeldSlot, takeSlot } from '../../coordination/slots/slot.js';
import { recoverSession } from '../../sync/close/ended.js';
import { realFiles } from '../../system/files/real-files.js';
import { LAUNCH_TIMEOUTS } from '../../sync/locks/timeouts.js';
import { reopenSession } from '../../sync/close/reopen.js';
import { syncRunning } from '../../sync/sync-running.js';
import type { SessionConfigDir } from './places.js';

/**
 * How long a closed session's lock is waited for, in milliseconds. A process that merges or removes the session holds it for milliseconds.
 */
const PATIENCE_MS = 2_000;

export interface TakenSession {
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
