import { join } from 'node:path';
import { STATE_FILE } from '../../client/shared-dir.js';
import { isInUse, lockEnded } from '../../session/locks.js';
import { readManifest } from '../../session/manifest.js';
import { type SessionPaths, sessionPaths } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { TEMPORARY_SUFFIX } from '../../system/fs/atomic-write.js';
import { NOTHING_MERGED } from '../change.js';
import { findChanges } from '../collect/changes.js';
import { preparedStateQueue } from '../locks/locks.js';
import { releaseStateLock, removeStateLock } from '../locks/state-lock.js';
import { LOCK_TIMEOUTS, type LockWaits } from '../locks/timeouts.js';
import type { MergeDryRun } from '../merge-session.js';
import type { Closed } from './close.js';
import { discardSession } from './discard.js';

export type RecoverResult =
  | Closed
  /** The session is as it was before; a later call tries again. */
  | { readonly state: 'failed'; readonly error: unknown }
  /** Its launcher, its client or another process of its home is running, or another process holds its locks; nothing was done. */
  | { readonly state: 'running' };

/**
 * Merges a session that has ended, and closes it if it is still open. An open one was killed, or the power failed; a closed one is merged
 * again if a process that it left running wrote to its home afterwards. Undefined when there is no such session. The session's locks keep
 * concurrent calls apart: only one does the work. A crash leaves the session for another try.
 */
export async function recoverSession(
  files: Files,
  store: Store,
  id: string,
  wait: LockWaits = LOCK_TIMEOUTS,
): Promise<RecoverResult | undefined> {
  const merged = await whenEnded<RecoverResult>(store, id, async (session) => {
    try {
      // The merge code is loaded only for a session that has ended, because a launch checks all open sessions.
      const { closeSession } = await import('./close.js');
      if (session.manifest.state.name === 'open') removeLeftovers(files, session);
      return await closeSession(files, session, { isInUse: false, wait });
    } catch (error) {
      return { state: 'failed', error };
    }
  });
  if (!merged) forgetEmpty(files, sessionPaths(store.stateDir, id));
  return merged;
}

/**
 * Removes what killed processes left of a session that has ended and is not merged yet: temporary files in its own folders, and the locks
 * of two state files, the shared one and its own. Temporary files that an intent names are in none of these folders; they are removed with
 * the intent.
 */
function removeLeftovers(files: Files, { stateDir, paths: { root, home, base }, manifest: { shared } }: Session): void {
  releaseStateLock(shared.stateFile, preparedStateQueue(files, stateDir, shared.dir));
  if (files.kind(home) === 'folder') removeStateLock(join(home, STATE_FILE));
  for (const folder of [root, base]) {
    for (const name of files.list(folder)) if (name.endsWith(TEMPORARY_SUFFIX)) files.remove(join(folder, name));
  }
}

export type Discarded =
  | { readonly state: 'discarded'; readonly dropped: readonly string[] }
  /** It had been merged or discarded before. */
  | { readonly state: 'closed' }
  /** Its launcher, its client or another process of its home is running, or another process holds its locks; nothing was done. */
  | { readonly state: 'running' };

/** Closes an ended session without merging it. Undefined when there is no such session. */
export async function discardEnded(files: Files, store: Store, id: string): Promise<Discarded | undefined> {
  return whenEnded<Discarded>(store, id, async (session) => {
    if (session.manifest.state.name === 'closed') return { state: 'closed' };
    return { state: 'discarded', dropped: await discardSession(files, session) };
  });
}

/**
 * Removes the open mark of a session whose manifest is missing or empty: a crash came before the session could change anything. A manifest
 * that a newer version wrote is left to that version.
 */
function forgetEmpty(files: Files, { manifest, openMark }: SessionPaths): void {
  if ((files.read(manifest)?.length ?? 0) === 0) files.remove(openMark);
}

/** `changes` has none in the state dir. */
export interface DryRunRecovery extends MergeDryRun {
  readonly state: 'dry-run';
}

/** What `recoverSession` would do. Writes nothing, and takes no lock of the shared dir, so another process may write meanwhile. */
export async function dryRunRecovery(
  files: Files,
  store: Store,
  id: string,
): Promise<DryRunRecovery | { readonly state: 'running' } | undefined> {
  return whenEnded<DryRunRecovery>(store, id, async (session) => {
    const changes = findChanges(files, session);
    if (!changes) return { state: 'dry-run', report: NOTHING_MERGED, changes: [], files };
    const { dryRunMerge } = await import('../merge-session.js');
    const dry = await dryRunMerge(files, session, changes);
    return { ...dry, state: 'dry-run', changes: dry.changes.filter(({ path }) => !path.startsWith(`${store.stateDir}/`)) };
  });
}

async function whenEnded<R>(
  store: Store,
  id: string,
  act: (session: Session) => Promise<R>,
): Promise<R | { state: 'running' } | undefined> {
  const paths = sessionPaths(store.stateDir, id);
  const lock = lockEnded(paths);
  if (lock === 'held') return { state: 'running' };
  try {
    const manifest = readManifest(paths.manifest);
    if (!manifest) return undefined;
    return isInUse(paths.home) ? { state: 'running' } : await act({ ...store, paths, manifest });
  } finally {
    lock?.release();
  }
}
