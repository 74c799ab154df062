import { isHeld, lockIfThere, tryWithoutLaunches } from '../../session/locks.js';
import { type Manifest, readManifest } from '../../session/manifest.js';
import { openFolder, sessionPaths, type SessionPaths, unfinishedId } from '../../session/paths.js';
import type { Store } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import { isUserError } from '../../system/errors.js';
import type { Files } from '../../system/files/files.js';
import type { SyncReport } from '../change.js';
import { LAUNCH_TIMEOUTS } from '../locks/timeouts.js';
import { type RecoverResult, recoverSession } from './recover-session.js';

interface Recovered {
  readonly id: string;
  readonly branch: string | null;
  readonly result: Exclude<RecoverResult, { state: 'running' }> | Synced;
}

/**
 * Recovers the sessions whose launcher and client both ended without a merge: they were killed, or the power failed. A session that is
 * still in use but whose launcher has exited is merged and stays open: its lock is held as long as the launcher or the client runs. A
 * session that cannot be merged stays for the next launch. What killed launches left of sessions that they were creating is removed.
 */
export async function recoverAll(files: Files, store: Store): Promise<Recovered[]> {
  const { stateDir } = store;
  const recovered: Recovered[] = [];
  // These sessions are empty. A failure to remove them needs no report, and must not stop a launch.
  attempt(() => removeUnfinished(files, stateDir, unfinishedSessions(files, stateDir)));
  for (const id of files.list(openFolder(stateDir)).filter((mark) => unfinishedId(mark) === undefined)) {
    const { manifest, result } = await recoverOne(files, store, id);
    // Other processes are merging. A launch does not wait for the lock once per session.
    if (result?.state === 'failed' && isUserError(result.error) && result.error.code === 'lock-busy') break;
    // A session that was closed already is only cleaned up.
    if (manifest?.state.name !== 'closed' && result) recovered.push({ id, branch: manifest?.branch ?? null, result });
  }
  return recovered;
}

/**
 * A session whose manifest cannot be read fails like any other: it must not stop the launch. Without a manifest there is nothing to
 * recover.
 */
async function recoverOne(
  files: Files,
  store: Store,
  id: string,
): Promise<{ manifest?: Manifest | undefined; result?: Recovered['result'] | undefined }> {
  try {
    const manifest = readManifest(sessionPaths(store.stateDir, id).manifest);
    const merged = await recoverSession(files, store, id, LAUNCH_TIMEOUTS);
    return { manifest, result: merged?.state === 'running' ? await syncWithoutLauncher(files, store, id) : merged };
  } catch (error) {
    return { result: { state: 'failed', error } };
  }
}

/** The result for a session in use whose launcher has exited. The session stays open, for the next launch. */
type Synced = { readonly state: 'synced'; readonly report: SyncReport } | { readonly state: 'failed'; readonly error: unknown };

/**
 * Merges what a session has changed so far, without closing it: its launcher has exited and no longer does this, but its client or another
 * process of its home still runs. Undefined when the launcher runs, when another launch is merging the session, when the session is held
 * back, or when it has no manifest that this version understands. The process that merges holds the launcher's lock. A crash leaves the
 * session for the next launch.
 */
async function syncWithoutLauncher(files: Files, store: Store, id: string): Promise<Synced | undefined> {
  const paths = sessionPaths(store.stateDir, id);
  const lock = lockIfThere(paths.launcher);
  if (lock === undefined || lock === 'held') return undefined;
  try {
    const manifest = readManifest(paths.manifest);
    // A held-back session is merged at its end.
    if (manifest?.sync !== 'continuous') return undefined;
    const { syncRunning } = await import('../sync-running.js');
    return { state: 'synced', report: await syncRunning(files, { ...store, paths, manifest }) };
  } catch (error) {
    return { state: 'failed', error };
  } finally {
    lock.release();
  }
}

/**
 * Removes what killed launches left of sessions that they were creating; no client has run in these. Does nothing while any session is
 * being created: the next launch tries again. Returns the ids of the removed sessions. A crash leaves the mark, so that the next launch
 * tries again. Throws the system's errors.
 */
export function removeUnfinished(files: Files, stateDir: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  const lock = tryWithoutLaunches(stateDir);
  try {
    return lock ? ids.filter((id) => removeOne(files, sessionPaths(stateDir, id))) : [];
  } finally {
    lock?.release();
  }
}

/** The ids of the sessions that are being created, and of those that a killed launch left incomplete. */
export function unfinishedSessions(files: Files, stateDir: string): string[] {
  return files.list(openFolder(stateDir)).flatMap((mark) => unfinishedId(mark) ?? []);
}

function removeOne(files: Files, { root, alive, unfinishedMark }: SessionPaths): boolean {
  // The session may have been completed after it was listed. A launch that gave up waiting for this lock holds `alive`.
  if (files.kind(unfinishedMark) === null || isHeld(alive)) return false;
  files.removeFolder(root);
  files.remove(unfinishedMark);
  return true;
}
