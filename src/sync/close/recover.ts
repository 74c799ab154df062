import { attempt } from '../../system/attempt.js';
import { isUserError } from '../../system/errors.js';
import { type Manifest, readManifest } from '../../session/manifest.js';
import { openFolder, sessionPaths, unfinishedId } from '../../session/paths.js';
import type { Store } from '../../session/session.js';
import { recoverSession, type Merged } from './ended.js';
import type { Files } from '../../system/files/files.js';
import { realFiles } from '../../system/files/real-files.js';
import { LAUNCH_TIMEOUTS } from '../locks/timeouts.js';
import { type Synced, syncLauncherless } from './launcherless.js';
import { removeUnfinished, unfinishedSessions } from './unfinished.js';

export interface Recovered {
  readonly id: string;
  readonly branch: string | null;
  readonly result: Exclude<Merged, { state: 'running' }> | Synced;
}

/**
 * Recovers the sessions whose launcher and client both ended without a merge: they were killed, or the power failed. A session that is
 * still in use but whose launcher has exited is merged and stays open: its lock is held as long as the launcher or the client runs. A
 * session that cannot be merged stays for the next launch. What killed launches left of sessions that they were creating is removed.
 */
export async function recoverAll(store: Store, files: Files = realFiles): Promise<Recovered[]> {
  const { stateDir } = store;
  const recovered: Recovered[] = [];
  // These sessions are empty. A failure to remove them needs no report, and must not stop a launch.
  attempt(() => removeUnfinished(files, stateDir, unfinishedSessions(files, stateDir)));
  for (const id of files.list(openFolder(stateDir)).filter((mark) => unfinishedId(mark) === undefined)) {
    const { manifest, result } = await recoverOne(store, files, id);
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
  store: Store,
  files: Files,
  id: string,
): Promise<{ manifest?: Manifest | undefined; result?: Recovered['result'] | undefined }> {
  try {
    const manifest = readManifest(sessionPaths(store.stateDir, id).manifest);
    const merged = await recoverSession(files, store, id, LAUNCH_TIMEOUTS);
    return { manifest, result: merged?.state === 'running' ? await syncLauncherless(files, store, id) : merged };
  } catch (error) {
    return { result: { state: 'failed', error } };
  }
}
