import { copyFileSync, constants, type Dirent, mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../platform/make-folder.js';
import { unlessMissing } from '../platform/unless-missing.js';
import type { Kind, Layout } from './layout.js';
import { namedRows, namedRule, ruleFor } from './match.js';
import { type SharedDir, sharedPath, STATE_FILE } from './shared-dir.js';

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
      if (rule.kind === 'folder' && !present) makeFolder(source);
      symlinkSync(source, target);
      return;
    case 'merge':
      if (rule.kind === 'folder' && kind !== 'file') mkdirSync(target, { mode: 0o700 });
      if (kind === 'folder') copyTree(source, target, join(folders.homeBase, name));
      else if (kind === 'file') copyWithBase(source, target, join(folders.homeBase, name));
      return;
  }
}

/** Follows links, since people keep their settings behind them; undefined for nothing there, a socket or a pipe. */
function kindOf(path: string): Kind | undefined {
  const stat = unlessMissing(() => statSync(path, { throwIfNoEntry: false }));
  if (stat?.isDirectory()) return 'folder';
  return stat?.isFile() ? 'file' : undefined;
}

/** Other sessions merge while we look, so a file that was listed, above all a temporary one, may be gone by now. */
function copyTree(source: string, target: string, base: string): void {
  const entries = unlessMissing(() => readdirSync(source, { withFileTypes: true })) ?? [];
  mkdirSync(base, { recursive: true, mode: 0o700 });
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const entry of entries) copyEntry(entry, join(source, entry.name), join(target, entry.name), join(base, entry.name));
}

function copyEntry(entry: Dirent, source: string, target: string, base: string): void {
  if (entry.isDirectory()) copyTree(source, target, base);
  else if (entry.isSymbolicLink()) {
    const destination = unlessMissing(() => readlinkSync(source));
    if (destination === undefined) return;
    symlinkSync(destination, target);
    symlinkSync(destination, base);
  } else if (entry.isFile()) copyWithBase(source, target, base);
}

/**
 * The base is copied from the private copy, not from the shared file once more: the two must be equal even when
 * somebody writes the shared file in between.
 */
function copyWithBase(source: string, target: string, base: string): void {
  mkdirSync(dirname(base), { recursive: true, mode: 0o700 });
  const copied = unlessMissing(() => {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
    return true;
  });
  if (copied) copyFileSync(target, base, constants.COPYFILE_FICLONE);
}
