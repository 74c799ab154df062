import { copyFileSync, constants, type Dirent, lstatSync, mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMissing } from '../platform/fs-error.js';
import type { Kind, Layout } from './layout.js';
import { namedRows, ruleFor } from './match.js';
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
  mkdirSync(shared.dir, { recursive: true, mode: 0o700 });
  mkdirSync(folders.homeBase, { recursive: true, mode: 0o700 });
  mkdirSync(folders.home, { mode: 0o700 });
  const present = new Set(readdirSync(shared.dir));
  // Where the state file stands outside the shared dir, one inside it belongs to nobody.
  present.delete(STATE_FILE);
  for (const name of new Set([...namedRows(layout), ...present])) place(layout, shared, folders, name, present.has(name));
}

function place(layout: Layout, shared: SharedDir, folders: HomeFolders, name: string, present: boolean): void {
  const source = sharedPath(shared, name);
  const kind = present || name === STATE_FILE ? kindOf(source) : undefined;
  const rule = ruleFor(layout, name, kind ?? 'file');
  const target = join(folders.home, name);
  switch (rule.policy) {
    case 'private':
      return;
    case 'link':
    case 'overlay':
      // The client makes folders with mkdir, which fails on a link that leads nowhere.
      if (rule.kind === 'folder' && kind === undefined) mkdirSync(source, { recursive: true, mode: 0o700 });
      symlinkSync(source, target);
      return;
    case 'merge':
      if (rule.kind === 'folder') mkdirSync(target, { mode: 0o700 });
      if (kind === 'folder') copyTree(source, target, join(folders.homeBase, name));
      else if (kind === 'file') copyWithBase(source, target, join(folders.homeBase, name));
      return;
  }
}

/** Follows links, since people keep their settings behind them; undefined for nothing there, a socket or a pipe. */
function kindOf(path: string): Kind | undefined {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return 'folder';
    return stat.isFile() ? 'file' : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function copyTree(source: string, target: string, base: string): void {
  mkdirSync(base, { recursive: true, mode: 0o700 });
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    copyEntry(entry, join(source, entry.name), join(target, entry.name), join(base, entry.name));
  }
}

function copyEntry(entry: Dirent, source: string, target: string, base: string): void {
  if (entry.isDirectory()) copyTree(source, target, base);
  else if (entry.isSymbolicLink()) {
    symlinkSync(readlinkSync(source), target);
    symlinkSync(readlinkSync(source), base);
  } else if (entry.isFile()) copyWithBase(source, target, base);
}

/**
 * The base is copied from the private copy, not from the shared file once more: the two must be equal even when
 * somebody writes the shared file in between.
 */
function copyWithBase(source: string, target: string, base: string): void {
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  mkdirSync(dirname(base), { recursive: true, mode: 0o700 });
  copyFileSync(target, base, constants.COPYFILE_FICLONE);
}

/** Tells whether something in a home is still the link that was placed there. */
export function isOurLink(shared: SharedDir, home: string, name: string): boolean {
  const path = join(home, name);
  return lstatSync(path).isSymbolicLink() && readlinkSync(path) === sharedPath(shared, name);
}
