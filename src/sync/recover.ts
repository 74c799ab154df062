import { existsSync } from 'node:fs';
import type { Layout } from '../layout/layout.js';
import { tryKernelLock } from '../platform/kernel-lock.js';
import { isMissing } from '../platform/fs-error.js';
import { hasDaemon } from '../session/daemon.js';
import { readManifest } from '../session/manifest.js';
import { openFolder, sessionPaths } from '../session/paths.js';
import { type Files, realFiles } from './files.js';
import { finishSession, tidy } from './finish.js';
import type { SyncReport } from './report.js';

export interface Recovered {
  readonly id: string;
  readonly branch: string | null;
  readonly result: { readonly state: 'merged'; readonly report: SyncReport } | { readonly state: 'failed'; readonly error: unknown };
}

/**
 * Merges the sessions whose launcher and client have both ended without a merge: killed, or the power was cut. A
 * session in use is not touched: its lock lives as long as the launcher or the client does. One that fails stays for
 * the next time. Two that recover at once do not meet: the session's lock decides.
 */
export async function recoverSessions(stateDir: string, layout: Layout, files: Files = realFiles): Promise<Recovered[]> {
  const recovered: Recovered[] = [];
  for (const id of files.list(openFolder(stateDir))) {
    const one = await recover(stateDir, layout, files, id);
    if (one) recovered.push(one);
  }
  return recovered;
}

async function recover(stateDir: string, layout: Layout, files: Files, id: string): Promise<Recovered | undefined> {
  const paths = sessionPaths(stateDir, id);
  const alive = lockIfThere(paths.alive);
  if (!alive) return undefined;
  try {
    const manifest = readManifest(paths.manifest);
    if (manifest?.state.name !== 'open') {
      // The crash came after the session had been closed.
      if (manifest) tidy(files, paths);
      else files.remove(paths.openMark);
      return undefined;
    }
    if (hasDaemon(paths.home)) return undefined;
    try {
      const report = await finishSession(stateDir, paths, manifest, layout, files);
      return { id, branch: manifest.branch, result: { state: 'merged', report } };
    } catch (error) {
      return { id, branch: manifest.branch, result: { state: 'failed', error } };
    }
  } finally {
    alive.release();
  }
}

/** Undefined when somebody holds it, and when there is no such session: a lock must not be made for nothing. */
function lockIfThere(path: string): ReturnType<typeof tryKernelLock> {
  try {
    return existsSync(path) ? tryKernelLock(path) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
