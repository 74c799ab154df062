import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { join } from 'node:path';
import type { WatchedFolder } from './places.js';

/** How often `changed` is called when the system cannot report changes, in milliseconds. */
const LOOK_EVERY_MS = 2_000;

/**
 * Calls `changed`, with the path if that is known, when something of interest happens in one of these folders, until the returned function
 * is called. When the system has no watches left (their number is limited per user), or loses one, `changed` is called every few seconds
 * instead: the callee finds out what there is to do.
 */
export function watch(folders: readonly WatchedFolder[], changed: (path?: string) => void): () => void {
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => void (timer ??= setInterval(() => changed(), LOOK_EVERY_MS).unref());
  for (const { path, deep, concerns } of folders) {
    try {
      const watcher = watchFolder(path, { recursive: deep, persistent: false }, (_, name) => {
        if (name === null) changed();
        else if (concerns(name)) changed(join(path, name));
      });
      watcher.on('error', look);
      watchers.push(watcher);
    } catch {
      look();
    }
  }
  return () => {
    clearInterval(timer);
    for (const watcher of watchers) watcher.close();
  };
}
