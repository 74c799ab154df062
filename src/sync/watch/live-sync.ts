import { existsSync, mkdirSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { type Layout, namedRows, namedRule } from '../../config/layout.js';
import { logFolder, memoryWatchLockFile } from '../../session/paths.js';
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
  const quarantined: string[] = [];
  const memory = watchMemory(session);
  // Possibly no session has looked yet at what was written after the last one ended.
  const merged = attempt(memory.lookBack);
  let candidates: RepairCandidates = { memory: merged.status === 'fulfilled' ? merged.value : [], names: homeFiles(session.layout) };
  const sync = async (): Promise<boolean> => {
    // Without its manifest the session is gone: the merge at its end reports that.
    if (!existsSync(session.paths.manifest)) return true;
    candidates = { ...candidates, memory: [...new Set([...candidates.memory, ...memory.take()])] };
    try {
      quarantined.push(...quarantinedIn(await syncRunning(realFiles, session, candidates)));
      candidates = { memory: [], names: [] };
      attempt(() => keepGood(realFiles, session, OFTEN_BYTES));
      return true;
    } catch {
      return false;
    }
  };
  const debouncer = createDebouncer(LIVE_SYNC_TIMES, sync);
  // The session dir may have been removed by now; then there is nothing to watch in it.
  attempt(() => realFiles.makeFolder(session.paths.unverified));
  let hasStopped = false;
  const unwatch = watch(watchedFolders(realFiles, session), (path) => {
    if (hasStopped) return;
    const noted = attempt(() => memory.note(path));
    if (noted.status === 'rejected' || noted.value !== 'others') debouncer.changed();
  });
  // Covers changes from before the watch began.
  debouncer.changed();
  const forget = (): void => forgetOld(realFiles, session, Date.now());
  forget();
  const forgetting = setInterval(forget, FORGETTING_MS).unref();
  return async () => {
    clearInterval(forgetting);
    await debouncer.stop();
    if (candidates.memory.length + candidates.names.length + memory.pending() > 0) await sync();
    hasStopped = true;
    memory.release();
    // Takes longer than all of the above. A launcher has nothing more to wait for, and has usually exited before.
    setImmediate(unwatch);
    return quarantined;
  };
}

/** The files of a home that are merged by name. */
function homeFiles(layout: Layout): string[] {
  return namedRows(layout).filter((name) => {
    const rule = namedRule(layout, name);
    return rule?.policy === 'merge' && rule.kind === 'file';
  });
}

/** Collects what external writers write in the memory folder. What tools of sessions write there is handled by hooks. */
interface MemoryWatch {
  /**
   * Notes a changed path. One of the sessions with the same memory folder looks at it: `mine` when it is this one, `others` when it is
   * another; `elsewhere` for a path outside the folder, or an unknown one.
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
  const noted = new Set<string>();
  let lock: KernelLock | undefined;
  const isMine = (folder: string): boolean => {
    const file = memoryWatchLockFile(stateDir, realFiles.realPath(folder));
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    lock ??= tryKernelLock(file);
    return lock !== undefined;
  };
  return {
    note: (path) => {
      if (path === undefined || memoryFolder === null || !path.startsWith(memoryFolder + sep)) return 'elsewhere';
      if (!isMine(memoryFolder)) return 'others';
      noted.add(relative(memoryFolder, path));
      return 'mine';
    },
    lookBack: () => {
      if (memoryFolder === null || !isMine(memoryFolder)) return [];
      const [folder, real] = [realFiles.realPath(memoryFolder), realFiles.realPath(shared.dir)];
      return recentTargets(realFiles, logFolder(stateDir, real)).flatMap((target) =>
        target.startsWith(folder + sep) ? [relative(folder, target)] : [],
      );
    },
    take: () => {
      const taken = [...noted];
      noted.clear();
      return taken;
    },
    pending: () => noted.size,
    release: () => lock?.release(),
  };
}
