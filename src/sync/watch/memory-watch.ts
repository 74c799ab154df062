import { mkdirSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { type KernelLock, tryKernelLock } from '../../system/locks/kernel-lock.js';
import { recentTargets } from '../log/recent.js';
import { repairLockFile, logFolder } from '../../session/paths.js';
import type { Session } from '../../session/session.js';
import { realFiles } from '../../system/files/real-files.js';

/** Collects what external writers write in the memory folder. What tools of sessions write there is handled by hooks. */
export interface MemoryWatch {
  /**
   * Notes a changed path. One of all running sessions looks at the memory folder: `mine` when it is this one, `others` when it is another;
   * `elsewhere` for a path outside the folder, or an unknown one.
   */
  readonly note: (path: string | undefined) => 'mine' | 'others' | 'elsewhere';
  /** The files of the memory folder that were merged lately, if this session is the one that looks at them. */
  readonly lookBack: () => string[];
  /** The paths noted since the last call, relative to the memory folder. */
  readonly take: () => string[];
  /** The number of noted paths. */
  readonly pending: () => number;
  /** Leaves the memory folder to another session. */
  readonly release: () => void;
}

export function watchMemory({ stateDir, manifest }: Session): MemoryWatch {
  const { memoryFolder, shared } = manifest;
  const places = new Set<string>();
  let lock: KernelLock | undefined;
  const isMine = (): boolean => {
    const file = repairLockFile(stateDir, realFiles.realPath(shared.dir));
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    lock ??= tryKernelLock(file);
    return lock !== undefined;
  };
  return {
    note: (path) => {
      if (path === undefined || memoryFolder === null || !path.startsWith(memoryFolder + sep)) return 'elsewhere';
      if (!isMine()) return 'others';
      places.add(relative(memoryFolder, path));
      return 'mine';
    },
    lookBack: () => {
      if (memoryFolder === null || !isMine()) return [];
      const [folder, real] = [realFiles.realPath(memoryFolder), realFiles.realPath(shared.dir)];
      return recentTargets(realFiles, logFolder(stateDir, real)).flatMap((target) =>
        target.startsWith(folder + sep) ? [relative(folder, target)] : [],
      );
    },
    take: () => {
      const taken = [...places];
      places.clear();
      return taken;
    },
    pending: () => places.size,
    release: () => lock?.release(),
  };
}
