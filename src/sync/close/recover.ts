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
 * Merges the sessions whose launcher and client have both ended without a merge: killed, or the power was cut. A session
 * in use is merged, too, when its launcher has ended, but not closed: its lock lives as long as the launcher or the client
 * does. One that fails stays for the next time. What is left of sessions whose launch was killed while it made them is
 * removed.
 */
export async function recoverAll(store: Store, files: Files = realFiles): Promise<Recovered[]> {
  const { stateDir } = store;
  const recovered: Recovered[] = [];
  // Nothing is in them: what hinders their removal need not be told of, and must not hinder a launch.
  attempt(() => removeUnfinished(files, stateDir, unfinishedSessions(files, stateDir)));
  for (const id of files.list(openFolder(stateDir)).filter((mark) => unfinishedId(mark) === undefined)) {
    const { manifest, result } = await recoverOne(store, files, id);
    // Others are merging: a launch does not wait for its turn with each session.
    if (result?.state === 'failed' && isUserError(result.error) && result.error.code === 'lock-busy') break;
    // One that was closed already is only tidied.
    if (manifest?.state.name !== 'closed' && result) recovered.push({ id, branch: manifest?.branch ?? null, result });
  }
  return recovered;
}

/** One of which the manifest cannot be read fails as others do: it must not hinder the launch. No manifest, nothing to recover. */
async function recoverOne(store: Store, files: Files, id: string): Promise<{ manifest?: Manifest | undefined; result?: Recovered['result'] | undefined }> {
  try {
    const manifest = readManifest(sessionPaths(store.stateDir, id).manifest);
    const merged = await recoverSession(files, store, id, LAUNCH_TIMEOUTS);
    return { manifest, result: merged?.state === 'running' ? await syncLauncherless(files, store, id) : merged };
  } catch (error) {
    return { result: { state: 'failed', error } };
  }
}
