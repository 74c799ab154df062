import { join } from 'node:path';
import type { Layout } from '../layout/layout.js';
import { sharedPath, STATE_FILE } from '../layout/shared-dir.js';
import { waitForKernelLock } from '../platform/kernel-lock.js';
import type { Manifest } from '../session/manifest.js';
import { type SessionPaths, sharedLockFile } from '../session/paths.js';
import type { Changes } from './changes.js';
import type { Files } from './files.js';
import { pushName } from './home.js';
import { pushMemory } from './memory.js';
import type { SyncReport } from './report.js';
import { setAsideIfBroken } from './set-aside.js';
import { withStateLock } from './state-lock.js';

/** Somebody else's merge takes milliseconds; when it takes this long, ours is left to the next launch. */
const LOCK_WAIT_MS = 20_000;

export interface SyncInput {
  readonly stateDir: string;
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
  readonly layout: Layout;
  readonly changes: Changes;
}

/**
 * Merges all that a session has changed into the shared dir, under its lock. A file that cannot be merged does not hold
 * up the others; then the first error is thrown at the end, and the whole may be run again.
 */
export async function syncSession(files: Files, { stateDir, paths, manifest, layout, changes }: SyncInput): Promise<SyncReport> {
  const { shared, branch, memoryFolder } = manifest;
  const report: SyncReport = { memory: [], home: [], setAside: [] };
  const mergeMemory = async (): Promise<void> => {
    if (memoryFolder !== null && changes.memory) report.memory.push(...pushMemory(files, { paths, folder: memoryFolder, branch }));
  };
  const mergeName = async (name: string): Promise<void> => {
    const act = (): void => {
      report.setAside.push(...setAsideIfBroken(files, join(paths.home, name), sharedPath(shared, name)));
      report.home.push(...pushName(files, changes.home, layout, name));
    };
    await (name === STATE_FILE ? withStateLock(shared.stateFile, act) : act());
  };
  const lock = await waitForKernelLock(sharedLockFile(stateDir, files.realPath(shared.dir)), LOCK_WAIT_MS);
  try {
    const results = await Promise.allSettled([mergeMemory(), ...changes.names.map(mergeName)]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return report;
  } finally {
    lock.release();
  }
}
