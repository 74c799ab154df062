import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sharedPath } from '../../client/shared-dir.js';
import { namedRows, ruleFor } from '../../config/layout.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { TEMPORARY_SUFFIX } from '../../system/fs/atomic-write.js';

/** How often `changed` is called when the system cannot report changes, in milliseconds. */
const POLL_MS = 2_000;

/**
 * Calls `changed`, with the path if that is known, when something of interest happens in one of these folders, until the returned function
 * is called. When the system has no watches left (their number is limited per user), or loses one, `changed` is called every few seconds
 * instead: the callee finds out what there is to do.
 */
export function watch(folders: readonly WatchedFolder[], changed: (path?: string) => void): () => void {
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  const poll = (): void => void (timer ??= setInterval(() => changed(), POLL_MS).unref());
  for (const { path, deep, concerns } of folders) {
    try {
      const watcher = watchFolder(path, { recursive: deep, persistent: false }, (_, name) => {
        if (name === null) changed();
        else if (concerns(name)) changed(join(path, name));
      });
      watcher.on('error', poll);
      watchers.push(watcher);
    } catch {
      poll();
    }
  }
  return () => {
    clearInterval(timer);
    for (const watcher of watchers) watcher.close();
  };
}

/** A folder in which something may change that concerns a session. */
interface WatchedFolder {
  readonly path: string;
  /** Whether the folders below it are watched as well. */
  readonly deep: boolean;
  /** Whether a change of this name (in a deep folder: path) is of interest. */
  readonly concerns: (name: string) => boolean;
}

/**
 * The folders to watch for changes of a session and of what it shares: its home, the folders in it that are copied, its unverified writes,
 * the memory folder, and the folders in which the shared files really are, behind all links of the user.
 */
export function watchedFolders(files: Files, { layout, paths, manifest }: Session): WatchedFolder[] {
  const merged = namedRows(layout).flatMap((name) => {
    const rule = ruleFor(layout, name, 'file');
    return rule.policy === 'merge' ? [{ name, kind: rule.kind }] : [];
  });
  const home: WatchedFolder = {
    path: paths.home,
    deep: false,
    concerns: (name) => ['merge', 'overlay'].includes(ruleFor(layout, name, 'file').policy),
  };
  const copied = merged
    .filter(({ kind }) => kind === 'folder')
    .map(({ name }): WatchedFolder => ({ path: `${paths.home}/${name}`, deep: true, concerns: isLasting }));
  const memory = manifest.memoryFolder === null ? [] : [{ path: manifest.memoryFolder, deep: true, concerns: isLasting }];
  // A hook that did not get the lock leaves its write here, for a sync to verify.
  const unverified: WatchedFolder = { path: paths.unverified, deep: false, concerns: isLasting };
  const shared = new Map<string, Set<string>>();
  for (const { name, kind } of merged) {
    if (kind === 'folder') continue;
    const path = files.realPath(sharedPath(manifest.shared, name));
    shared.set(dirname(path), (shared.get(dirname(path)) ?? new Set()).add(basename(path)));
  }
  const names = [...shared].map(([path, known]): WatchedFolder => ({ path, deep: false, concerns: (name) => known.has(name) }));
  return [home, unverified, ...copied, ...memory, ...names];
}

/** Ignores temporary files: their rename to the final name is an event of its own. */
function isLasting(path: string): boolean {
  return !path.endsWith(TEMPORARY_SUFFIX);
}
