import { settled } from '../platform/settled.js';
import { readManifest } from '../session/manifest.js';
import { openFolder, sessionPaths, unfinishedId } from '../session/paths.js';
import type { Store } from '../session/session.js';
import { mergeEnded, type Merged } from './ended.js';
import { type Files, realFiles } from './files.js';
import { removeUnfinished } from './unfinished.js';

export interface Recovered {
  readonly id: string;
  readonly branch: string | null;
  readonly result: Exclude<Merged, { state: 'running' }>;
}

/**
 * Merges the sessions whose launcher and client have both ended without a merge: killed, or the power was cut. A
 * session in use is not touched: its lock lives as long as the launcher or the client does. One that fails stays for
 * the next time. What is left of sessions whose launch was killed while it made them is removed.
 */
export async function recoverSessions(store: Store, files: Files = realFiles): Promise<Recovered[]> {
  const { stateDir } = store;
  const recovered: Recovered[] = [];
  const marks = files.list(openFolder(stateDir));
  const unfinished = marks.flatMap((mark) => unfinishedId(mark) ?? []);
  // Nothing is in them: what hinders their removal need not be told of, and must not hinder a launch.
  settled(() => removeUnfinished(files, stateDir, unfinished));
  for (const id of marks.filter((mark) => unfinishedId(mark) === undefined)) {
    const manifest = readManifest(sessionPaths(stateDir, id).manifest);
    const result = await mergeEnded(files, store, id);
    // One that was closed already is only tidied.
    if (manifest?.state.name === 'open' && result && result.state !== 'running') recovered.push({ id, branch: manifest.branch, result });
  }
  return recovered;
}
