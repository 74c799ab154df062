import { join } from 'node:path';
import type { Layout } from '../layout/layout.js';
import { STATE_FILE } from '../layout/shared-dir.js';
import { waitForKernelLock } from '../platform/kernel-lock.js';
import type { Manifest } from '../session/manifest.js';
import { type SessionPaths, sharedLockFile } from '../session/paths.js';
import type { Files } from './files.js';
import { changedNames, type HomeResult, type HomeSession, pushName } from './home.js';
import { type MemoryResult, pushMemory } from './memory.js';
import { setAsideIfBroken } from './set-aside.js';
import { withStateLock } from './state-lock.js';

/** What one sync of a session did. */
export interface SyncReport {
  readonly memory: readonly MemoryResult[];
  readonly home: readonly HomeResult[];
  /** Shared files that did not parse and were renamed; the new names. */
  readonly setAside: readonly string[];
}

/** Somebody else's merge takes milliseconds; when it takes this long, ours is left to the next launch. */
const LOCK_WAIT_MS = 20_000;

/**
 * Merges all that a session has changed into the shared dir, under its lock. Nothing in the session is changed, but
 * tool calls whose memory has been merged are removed. Throws on the first file that cannot be merged; those before it
 * are merged, and the whole may be run again.
 */
export async function syncSession(files: Files, stateDir: string, paths: SessionPaths, manifest: Manifest, layout: Layout): Promise<SyncReport> {
  const { shared, branch, memoryFolder } = manifest;
  const home: HomeSession = { id: paths.id, branch, shared, home: paths.home, homeBase: paths.homeBase };
  const names = changedNames(files, home, layout);
  const calls = memoryFolder === null ? [] : files.list(paths.memory);
  if (names.length === 0 && calls.length === 0) return { memory: [], home: [], setAside: [] };
  const lock = await waitForKernelLock(sharedLockFile(stateDir, files.realPath(shared.dir)), LOCK_WAIT_MS);
  try {
    const memory = memoryFolder === null ? [] : pushMemory(files, { paths, folder: memoryFolder, branch });
    const results: HomeResult[] = [];
    const setAside: string[] = [];
    for (const name of names) {
      const act = (): void => {
        setAside.push(...setAsideIfBroken(files, join(paths.home, name), name === STATE_FILE ? shared.stateFile : join(shared.dir, name)));
        results.push(...pushName(files, home, layout, name));
      };
      if (name === STATE_FILE) await withStateLock(shared.stateFile, act);
      else act();
    }
    return { memory, home: results, setAside };
  } finally {
    lock.release();
  }
}
