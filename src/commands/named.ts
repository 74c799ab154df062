import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Sessions, unreadableWords } from '../session/list.js';
import type { SessionPaths } from '../session/paths.js';
import { UserError } from '../system/errors.js';
import { futureRealPath } from '../system/fs/paths.js';
import { currentFolder } from '../system/process.js';
import { shown } from './shown.js';

/**
 * The items that a path from the command line names: those with exactly this path (relative to the current folder, or to the home folder
 * after `~/`), else those that resolve to the same file, else those whose path ends with it.
 */
export function itemsNamed<T>(items: readonly T[], named: string, pathsOf: (item: T) => readonly string[]): readonly T[] {
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

/** The only session whose id is, or starts with, `name`. Throws `no-such-session`. */
export function sessionNamed<Found extends { readonly paths: SessionPaths }>(
  { sessions, unreadable }: Sessions<Found>,
  name: string,
): Found {
  const fits = ({ paths }: { readonly paths: SessionPaths }): boolean => name !== '' && paths.id.startsWith(name);
  const found = sessions.filter(fits);
  const lost = unreadable.filter(fits);
  const [only, another] = found;
  if (only && !another && lost.length === 0) return only;
  const many = found.length + lost.length;
  if (many > 1) throw new UserError('no-such-session', `${many} sessions begin with "${shown(name)}"`, SEE_ALL);
  const [broken] = lost;
  if (broken)
    throw new UserError(
      'no-such-session',
      `session ${broken.paths.id} cannot be read: ${unreadableWords(broken.unreadable)}`,
      'see: pclaudectl doctor',
    );
  throw new UserError('no-such-session', `there is no session "${shown(name)}"`, SEE_ALL);
}

const SEE_ALL = 'see: pclaudectl sessions --all';
