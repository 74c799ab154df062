import { mkdirSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { type KernelLock, tryKernelLock } from '../../system/locks/kernel-lock.js';
import { recentTargets } from '../log/recent.js';
import { repairLockFile, logFolder } from '../../session/paths.js';
import type { Session } from '../../session/session.js';
import { realFiles } from '../../system/files/real-files.js';

/** What somebody has written in the memory folder. Whatever tools of sessions write there is merged by hooks. */
export interface MemoryWatch {
  /** Whose it is to look at a path: that of the one session among all that run; or it is `elsewhere`. */
  readonly note: (path: string | undefined) => 'mine' | 'others' | 'elsewhere';
  /** The places that were merged lately, for the one session that is to look at them. */
  readonly lookBack: () => string[];
  /** The places that were noted since the last time. */
  readonly take: () => string[];
  /** How many there are. */
  readonly pending: () => number;
  /** Leaves it to others. */
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
      return recentTargets(realFiles, logFolder(stateDir, real)).flatMap((target) => (target.startsWith(folder + sep) ? [relative(folder, target)] : []));
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
