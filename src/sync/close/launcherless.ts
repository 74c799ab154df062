import { lockIfThere } from '../../session/locks.js';
import { readManifest } from '../../session/manifest.js';
import { sessionPaths } from '../../session/paths.js';
import type { Store } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import type { SyncReport } from '../report.js';

/** The result for a session in use whose launcher has exited. The session stays open, for the next launch. */
export type Synced = { readonly state: 'synced'; readonly report: SyncReport } | { readonly state: 'failed'; readonly error: unknown };

/**
 * Merges what a session has changed so far, without closing it: its launcher has exited and no longer does this, but its client or another
 * process of its home still runs. Undefined when the launcher runs, when another launch is merging the session, when the session is held
 * back, or when it has no manifest that this version understands. The process that merges holds the launcher's lock. A crash leaves the
 * session for the next launch.
 */
export async function syncLauncherless(files: Files, store: Store, id: string): Promise<Synced | undefined> {
  const paths = sessionPaths(store.stateDir, id);
  const lock = lockIfThere(paths.launcher);
  if (lock === undefined || lock === 'held') return undefined;
  try {
    const manifest = readManifest(paths.manifest);
    // A held-back session is merged at its end.
    if (manifest?.sync !== 'continuous') return undefined;
    const { syncRunning } = await import('../sync-running.js');
    return { state: 'synced', report: await syncRunning({ ...store, paths, manifest }, undefined, files) };
  } catch (error) {
    return { state: 'failed', error };
  } finally {
    lock.release();
  }
}
