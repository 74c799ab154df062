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
 * Merges all that a session has changed into the shared dir, under its lock. Throws on the first file that cannot be
 * merged; those before it are merged, and the whole may be run again.
 */
export async function syncSession(files: Files, { stateDir, paths, manifest, layout, changes }: SyncInput): Promise<SyncReport> {
  const { shared, branch, memoryFolder } = manifest;
  const lock = await waitForKernelLock(sharedLockFile(stateDir, files.realPath(shared.dir)), LOCK_WAIT_MS);
  try {
    const memory = memoryFolder === null || !changes.memory ? [] : pushMemory(files, { paths, folder: memoryFolder, branch });
    const report: SyncReport = { memory, home: [], setAside: [] };
    for (const name of changes.names) {
      const act = (): void => {
        report.setAside.push(...setAsideIfBroken(files, join(paths.home, name), sharedPath(shared, name)));
        report.home.push(...pushName(files, changes.home, layout, name));
      };
      if (name === STATE_FILE) await withStateLock(shared.stateFile, act);
      else act();
    }
    return report;
  } finally {
    lock.release();
  }
}
