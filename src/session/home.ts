import { constants, copyFileSync, type Dirent, mkdirSync, readdirSync, readlinkSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, normalize, resolve, sep } from 'node:path';
import { type SharedDir, sharedPath, STATE_FILE } from '../client/shared-dir.js';
import { type Kind, type Layout, namedRows, namedRule, ruleFor } from '../config/layout.js';
import { makeFolder } from '../system/fs/folders.js';
import { hasCode, unlessMissing } from '../system/fs/fs-error.js';
import { LARGE_BYTES } from '../system/fs/paths.js';

/** The folders of a home: the private config dir, and the folder with the bases of its private files. */
interface HomeFolders {
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
  for (const name of new Set([...namedRows(layout), ...present])) buildName(layout, shared, folders, name, present.has(name));
}

function buildName(layout: Layout, shared: SharedDir, folders: HomeFolders, name: string, present: boolean): void {
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

/**
 * Copies a folder twice: to `target`, which the session changes, and to `base`. The two copies are equal, even if another
 * process writes the source meanwhile. A missing source counts as an empty folder. A copied link leads to the same path as
 * before; a relative link to something inside the folder leads to the copy of that. Throws the system's errors. A crash
 * leaves parts of the copies.
 */
export function copyTree(source: string, target: string, base: string, depth = 0): void {
  // Other sessions merge meanwhile, so a file that was listed, above all a temporary one, may no longer exist.
  const entries = unlessMissing(() => readdirSync(source, { withFileTypes: true }));
  // A missing folder below the top was removed in the meantime, or has a name that is not UTF-8.
  if (entries === undefined && depth > 0) return;
  mkdirSync(base, { recursive: true, mode: 0o700 });
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const entry of entries ?? []) copyEntry(entry, join(source, entry.name), join(target, entry.name), join(base, entry.name), depth);
}

function copyEntry(entry: Dirent, source: string, target: string, base: string, depth: number): void {
  if (entry.isDirectory()) copyTree(source, target, base, depth + 1);
  else if (entry.isSymbolicLink()) {
    const destination = unlessMissing(() => destinationOf(source, depth));
    if (destination === undefined) return;
    symlinkSync(destination, target);
    symlinkSync(destination, base);
  } else if (entry.isFile() && !linkIfLarge(source, [target, base])) copyWithBase(source, target, base);
}

/** The target for the copy of a link. `depth`: how many folders below the top of the tree the link is. */
function destinationOf(link: string, depth: number): string {
  const written = readlinkSync(link);
  const stays =
    normalize(written)
      .split(sep)
      .filter((part) => part === '..').length <= depth;
  return stays ? written : resolve(realpathSync.native(dirname(link)), written);
}

/** Links a file that is too large to be copied. Returns false for all others. */
function linkIfLarge(source: string, names: readonly string[]): boolean {
  const size = unlessMissing(() => statSync(source).size) ?? 0;
  if (size <= LARGE_BYTES) return false;
  for (const name of names) symlinkSync(source, name);
  return true;
}

/**
 * Copies one file into existing folders. The base is copied from the private copy and not from the shared file: the two must
 * be equal even if another process writes the shared file in between.
 */
export function copyWithBase(source: string, target: string, base: string): void {
  const copied = unlessMissing(() => {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
    return true;
  });
  if (copied) copyFileSync(target, base, constants.COPYFILE_FICLONE);
}
