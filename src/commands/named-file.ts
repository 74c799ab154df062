import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { currentFolder } from '../system/process/current-folder.js';
import { futureRealPath } from '../system/fs/future-real-path.js';

/**
 * The items that a path from the command line names: those with exactly this path (relative to the current folder, or to the home folder
 * after `~/`), else those that resolve to the same file, else those whose path ends with it.
 */
export function firstThatFit<T>(items: readonly T[], named: string, pathsOf: (item: T) => readonly string[]): readonly T[] {
  const path = pathNamed(named);
  const real = futureRealPath(path);
  const ways: readonly ((name: string) => boolean)[] = [
    (name) => name === path,
    (name) => futureRealPath(name) === real,
    (name) => name.endsWith(`/${named}`),
  ];
  for (const fits of ways) {
    const found = items.filter((item) => pathsOf(item).some(fits));
    if (found.length > 0) return found;
  }
  return [];
}

/** Resolves a path from the command line: `~/` is the home folder, a relative path starts at the current folder. */
export function pathNamed(named: string): string {
  return named.startsWith('~/') ? join(homedir(), named.slice(2)) : resolve(currentFolder() ?? '/', named);
}
