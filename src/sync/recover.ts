import { readManifest } from '../session/manifest.js';
import { openFolder, sessionPaths } from '../session/paths.js';
import type { Store } from '../session/session.js';
import { mergeEnded, type Merged } from './ended.js';
import { type Files, realFiles } from './files.js';

export interface Recovered {
  readonly id: string;
  readonly branch: string | null;
  readonly result: Exclude<Merged, { state: 'running' }>;
}

/**
 * Merges the sessions whose launcher and client have both ended without a merge: killed, or the power was cut. A
 * session in use is not touched: its lock lives as long as the launcher or the client does. One that fails stays for
 * the next time.
 */
export async function recoverSessions(store: Store, files: Files = realFiles): Promise<Recovered[]> {
  const { stateDir } = store;
  const recovered: Recovered[] = [];
  for (const id of files.list(openFolder(stateDir))) {
    const manifest = readManifest(sessionPaths(stateDir, id).manifest);
    const result = await mergeEnded(files, store, id);
    // One that was closed already is only tidied.
    if (manifest?.state.name === 'open' && result && result.state !== 'running') recovered.push({ id, branch: manifest.branch, result });
  }
  return recovered;
}
