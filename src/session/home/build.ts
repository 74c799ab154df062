import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../../system/fs/fs-error.js';
import { makeFolder } from '../../system/fs/make-folder.js';
import { unlessMissing } from '../../system/fs/unless-missing.js';
import { copyTree, copyWithBase, linkIfLarge } from './copy-tree.js';
import type { Kind, Layout } from '../../config/layout.js';
import { namedRows, namedRule, ruleFor } from '../../config/match.js';
import { type SharedDir, sharedPath, STATE_FILE } from '../../client/shared-dir.js';

/** The folders of a home: the private config dir, and the folder with the bases of its private files. */
export interface HomeFolders {
  readonly home: string;
  readonly homeBase: string;
}

/**
 * Builds a session's home from the shared dir, which is made if it is missing. The home must not exist yet. The work grows
 * with the rows of the layout, the names at the top of the shared dir, and the content of folders that are merged; it does
 * not depend on the content of linked folders. Throws the system's errors. A failure or a crash leaves parts of a home; in
 * the shared dir it leaves at most new empty folders.
 */
export function buildHome(layout: Layout, shared: SharedDir, folders: HomeFolders): void {
  makeFolder(shared.dir);
  mkdirSync(folders.homeBase, { recursive: true, mode: 0o700 });
  mkdirSync(folders.home, { mode: 0o700 });
  const present = new Set(readdirSync(shared.dir));
  // When the client's state file is outside the shared dir, the client does not use one inside it.
  present.delete(STATE_FILE);
  for (const name of new Set([...namedRows(layout), ...present])) place(layout, shared, folders, name, present.has(name));
}

function place(layout: Layout, shared: SharedDir, folders: HomeFolders, name: string, present: boolean): void {
  const source = sharedPath(shared, name);
  const target = join(folders.home, name);
  const named = namedRule(layout, name);
  // Paths that are only linked are not looked at, which would cost a launch half a millisecond.
  const kind = named?.policy === 'merge' || !named ? kindOf(source) : undefined;
  const rule = named ?? ruleFor(layout, name, kind ?? 'file');
  switch (rule.policy) {
    case 'private':
      return;
    case 'link':
    case 'overlay':
      // The client makes folders with mkdir, which fails on a dangling link.
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

/** Makes a folder; false when the shared dir is read-only. What the session then writes to that folder stays in its home. */
function isMade(folder: string): boolean {
  try {
    makeFolder(folder);
    return true;
  } catch (error) {
    if (hasCode(error, 'EROFS', 'EACCES', 'EPERM')) return false;
    throw error;
  }
}

/** Follows links, because users keep their settings behind links. Undefined when nothing is there, and for a socket or a pipe. */
function kindOf(path: string): Kind | undefined {
  const stat = unlessMissing(() => statSync(path, { throwIfNoEntry: false }));
  if (stat?.isDirectory()) return 'folder';
  return stat?.isFile() ? 'file' : undefined;
}
