import { linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync, rmdirSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder, temporaryName, writeTemporary } from '../platform/atomic-write.js';
import { unlessMissing } from '../platform/unless-missing.js';

type EntryKind = 'file' | 'folder' | 'link' | 'other';

/**
 * All that a sync may do to files. One small interface, so that a test can count, fail or kill it at any call.
 * Every method throws the system's error, save for what it says it returns.
 */
export interface Files {
  /** The whole content; null when there is no such file. */
  read(path: string): Uint8Array | null;
  /** Does not follow a link; null when nothing is there. */
  kind(path: string): EntryKind | null;
  /** The names in a folder; none when it is missing. */
  list(folder: string): string[];
  /** The path with all links resolved; the path itself when nothing is there. */
  realPath(path: string): string;
  linkTarget(path: string): string;
  /** Permission bits; null when there is no such file. */
  mode(path: string): number | null;
  makeFolder(folder: string): void;
  /** Writes and syncs a hidden new file beside `path`, and returns its name. */
  writeTemporary(path: string, content: Uint8Array, mode: number): string;
  /**
   * Replaces or makes a file of a session's own, with the folders above it; atomic, 0600. Not forced to the disk: after a
   * power cut an older version is as good, and the client does not wait for it either.
   */
  writePrivate(path: string, content: Uint8Array): void;
  /** A second name for a file; `EEXIST` when the name is taken. */
  hardLink(path: string, name: string): void;
  symlink(target: string, path: string): void;
  rename(from: string, to: string): void;
  /** Removes a file or a link; nothing there is no error. */
  remove(path: string): void;
  /** Removes a folder of our own with all that is in it; links in it are removed, not followed. */
  removeFolder(folder: string): void;
  /** Puts the renames in a folder on the disk. */
  syncFolder(folder: string): void;
}

export const realFiles: Files = {
  read: (path) => unlessMissing(() => readFileSync(path)) ?? null,
  kind: kindOf,
  list: (folder) => unlessMissing(() => readdirSync(folder)) ?? [],
  realPath: (path) => unlessMissing(() => realpathSync.native(path)) ?? path,
  linkTarget: (path) => readlinkSync(path),
  mode: (path) => unlessMissing(() => statSync(path).mode & 0o7777) ?? null,
  makeFolder: (folder) => void mkdirSync(folder, { recursive: true, mode: 0o700 }),
  writeTemporary,
  writePrivate,
  hardLink: (path, name) => linkSync(path, name),
  symlink: (target, path) => symlinkSync(target, path),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => unlessMissing(() => unlinkSync(path)),
  removeFolder,
  syncFolder,
};

function kindOf(path: string): EntryKind | null {
  const stat = unlessMissing(() => lstatSync(path, { throwIfNoEntry: false }));
  if (!stat) return null;
  if (stat.isSymbolicLink()) return 'link';
  if (stat.isDirectory()) return 'folder';
  return stat.isFile() ? 'file' : 'other';
}

function writePrivate(path: string, content: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = temporaryName(path);
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Not `rmSync`: its recursion takes 5 ms to get going, and every session ends with this. */
function removeFolder(folder: string): void {
  if (kindOf(folder) === 'link') {
    unlinkSync(folder);
    return;
  }
  for (const entry of unlessMissing(() => readdirSync(folder, { withFileTypes: true })) ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeFolder(path);
    else unlinkSync(path);
  }
  unlessMissing(() => rmdirSync(folder));
}
