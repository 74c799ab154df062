import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../../system/fs/fs-error.js';
import { makeFolder } from '../../system/fs/make-folder.js';
import { unlessMissing } from '../../system/fs/unless-missing.js';
import { copyTree, copyWithBase, linkIfLarge } from './copy-tree.js';
import type { Kind, Layout } from '../../config/layout.js';
import { namedRows, namedRule, ruleFor } from '../../config/match.js';
import { type SharedDir, sharedPath, STATE_FILE } from '../../client/shared-dir.js';

/** Where a home is built: the private config dir, and the folder that keeps what its private files started from. */
export interface HomeFolders {
  readonly home: string;
  readonly homeBase: string;
}

/**
 * Builds a session's home over the shared dir, which is made where it is missing. Both folders must not exist yet.
 * The work grows with the rows of the layout and the names at the top of the shared dir, not with what is below them.
 * Throws the system's errors; a failure or a crash leaves parts of a home, never a change in what is shared beyond
 * empty folders.
 */
export function buildHome(layout: Layout, shared: SharedDir, folders: HomeFolders): void {
  makeFolder(shared.dir);
  mkdirSync(folders.homeBase, { recursive: true, mode: 0o700 });
  mkdirSync(folders.home, { mode: 0o700 });
  const present = new Set(readdirSync(shared.dir));
  // Where the state file stands outside the shared dir, one inside it belongs to nobody.
  present.delete(STATE_FILE);
  for (const name of new Set([...namedRows(layout), ...present])) place(layout, shared, folders, name, present.has(name));
}

function place(layout: Layout, shared: SharedDir, folders: HomeFolders, name: string, present: boolean): void {
  const source = sharedPath(shared, name);
  const target = join(folders.home, name);
  const named = namedRule(layout, name);
  // To look at what is only linked would cost a launch half a millisecond.
  const kind = named?.policy === 'merge' || !named ? kindOf(source) : undefined;
  const rule = named ?? ruleFor(layout, name, kind ?? 'file');
  switch (rule.policy) {
    case 'private':
      return;
    case 'link':
    case 'overlay':
      // The client makes folders with mkdir, which fails on a link that leads nowhere.
      if (rule.kind === 'folder' && !present && !isMade(source)) mkdirSync(target, { mode: 0o700 });
      else symlinkSync(source, target);
      return;
    case 'merge':
      if (rule.kind === 'folder' && kind !== 'file') mkdirSync(target, { mode: 0o700 });
      if (kind === 'folder') copyTree(source, target, join(folders.homeBase, name));
      else if (kind === 'file' && !linkIfLarge(source, [target])) copyWithBase(source, target, join(folders.homeBase, name));
      return;
  }
}

/** False in a read-only shared dir: what the session puts there stays its own. */
function isMade(folder: string): boolean {
  try {
    makeFolder(folder);
    return true;
  } catch (error) {
    if (hasCode(error, 'EROFS', 'EACCES', 'EPERM')) return false;
    throw error;
  }
}

/** Follows links, since people keep their settings behind them; undefined for nothing there, a socket or a pipe. */
function kindOf(path: string): Kind | undefined {
  const stat = unlessMissing(() => statSync(path, { throwIfNoEntry: false }));
  if (stat?.isDirectory()) return 'folder';
  return stat?.isFile() ? 'file' : undefined;
}
