import { existsSync, mkdirSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { type Layout, namedRows, namedRule } from '../../config/layout.js';
import { logFolder, repairLockFile } from '../../session/paths.js';
import type { Session } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import { realFiles } from '../../system/files/real-files.js';
import { type KernelLock, tryKernelLock } from '../../system/kernel-lock.js';
import { quarantinedIn } from '../change.js';
import { forgetOld } from '../gc/forget.js';
import { recentTargets } from '../log/recent.js';
import type { RepairCandidates } from '../lost-updates/repair.js';
import { keepGood } from '../mishaps/last-good.js';
import { syncRunning } from '../sync-running.js';
import { createDebouncer, LIVE_SYNC_TIMES } from './debouncer.js';
import { watch, watchedFolders } from './watch.js';

/** How often content that closed sessions have remembered for long enough is looked for and removed, in milliseconds. */
const FORGETTING_MS = 5 * 60_000;

/** The last good version of a larger file, in bytes, is kept only at the end of a session. */
const OFTEN_BYTES = 1024 * 1024;

/**
 * Keeps a running session in step with the shared dir, in both directions, within about a second of the last write. It costs nothing while
 * nothing changes. A sync that fails is tried again and not reported: the screen is the client's, and what still fails at the end of the
 * session is reported then. Returns a function that stops the live sync, waits for a running sync, and returns the new paths of
 * quarantined shared files.
 */
export function startLiveSync(session: Session): () => Promise<readonly string[]> {
  const setAside: string[] = [];
  const memory = watchMemory(session);
  // Possibly no session has looked yet at what was written after the last one ended.
  let suspects: RepairCandidates = { memory: settledOr(memory.lookBack, []), names: homeFiles(session.layout) };
  const sync = async (): Promise<boolean> => {
    // Without its manifest the session is gone: the merge at its end reports that.
    if (!existsSync(session.paths.manifest)) return true;
    suspects = { ...suspects, memory: [...new Set([...suspects.memory, ...memory.take()])] };
    try {
      setAside.push(...quarantinedIn(await syncRunning(realFiles, session, suspects)));
      suspects = { memory: [], names: [] };
      attempt(() => keepGood(realFiles, session, OFTEN_BYTES));
      return true;
    } catch {
      return false;
    }
  };
  const passes = createDebouncer(LIVE_SYNC_TIMES, sync);
  // The session dir may have been removed by now; then there is nothing to watch in it.
  attempt(() => realFiles.makeFolder(session.paths.unverified));
  const unwatch = watch(watchedFolders(realFiles, session), (path) => {
    const noted = attempt(() => memory.note(path));
    if (noted.status === 'rejected' || noted.value !== 'others') passes.changed();
  });
  // Covers changes from before the watch began.
  passes.changed();
  const forget = (): void => forgetOld(realFiles, session, Date.now());
  forget();
  const forgetting = setInterval(forget, FORGETTING_MS).unref();
  return async () => {
    clearInterval(forgetting);
    unwatch();
    await passes.stop();
    if (suspects.memory.length + suspects.names.length + memory.pending() > 0) await sync();
    memory.release();
    return setAside;
  };
}

/** The files of a home that are merged by name. */
function homeFiles(layout: Layout): string[] {
  return namedRows(layout).filter((name) => {
    const rule = namedRule(layout, name);
    return rule?.policy === 'merge' && rule.kind === 'file';
  });
}

function settledOr<T>(act: () => T, otherwise: T): T {
  const result = attempt(act);
  return result.status === 'fulfilled' ? result.value : otherwise;
}

/** Collects what external writers write in the memory folder. What tools of sessions write there is handled by hooks. */
interface MemoryWatch {
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

function watchMemory({ stateDir, manifest }: Session): MemoryWatch {
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
