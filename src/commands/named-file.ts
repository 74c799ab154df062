import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { currentFolder } from '../system/process/current-folder.js';
import { futureRealPath } from '../system/fs/future-real-path.js';

/**
 * What people mean by a path: the items of this very path (relative ones are below the current folder, `~/` below their
 * home), else those to which it leads, or led, by links, else those whose path ends like it.
 */
export function firstThatFit<T>(items: readonly T[], named: string, pathsOf: (item: T) => readonly string[]): readonly T[] {
  const path = pathNamed(named);
  const real = futureRealPath(path);
  const ways: readonly ((name: string) => boolean)[] = [(name) => name === path, (name) => futureRealPath(name) === real, (name) => name.endsWith(`/${named}`)];
  for (const fits of ways) {
    const found = items.filter((item) => pathsOf(item).some(fits));
    if (found.length > 0) return found;
  }
  return [];
}

/** A path as a person writes it: `~/` is below their home, a relative one below the current folder. */
export function pathNamed(named: string): string {
  return named.startsWith('~/') ? join(homedir(), named.slice(2)) : resolve(currentFolder() ?? '/', named);
}
