import { accessSync, appendFileSync, closeSync, constants, type Dirent, fstatSync, fsyncSync, linkSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync, rmdirSync, rmSync, type Stats, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder, temporaryName, writeNew } from '../fs/atomic-write.js';
import { forceAll } from '../fs/force-all.js';
import { hasCode } from '../fs/fs-error.js';
import { LARGE_BYTES } from '../fs/large.js';
import { overwrite } from '../fs/overwrite.js';
import { unlessMissing } from '../fs/unless-missing.js';
import { exchange } from './exchange.js';

export type EntryKind = 'file' | 'folder' | 'link' | 'other';

interface Entry {
  readonly name: string;
  readonly kind: EntryKind;
}

interface Stat {
  readonly kind: EntryKind;
  /** In milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** In bytes. */
  readonly size: number;
}

/**
 * All that a sync may do to files. One small interface, so that a test can count, fail or kill it at any call.
 * Every method throws the system's error, save for what it says it returns.
 */
export interface Files {
  /** The whole content; null when there is no such file. `EFBIG` for one that is too large, `EFTYPE` for a pipe, socket or device, unopened. */
  read(path: string): Uint8Array | null;
  /**
   * The content of a plain file at `place` in a folder of a session's own; null when nothing is there. `ELOOP` for a link,
   * be it the file, the folder or one between them, and also when it was put there a moment ago: it may lead anywhere.
   */
  readInside(folder: string, place: string): Uint8Array | null;
  /** Does not follow a link; null when nothing is there. */
  kind(path: string): EntryKind | null;
  /** The names in a folder; none when it is missing. */
  list(folder: string): string[];
  /** The same with what each of them is. Of thousands of files that takes half the time of `list` and `kind`. */
  entries(folder: string): Entry[];
  /** Does not follow a link; null when nothing is there. */
  stat(path: string): Stat | null;
  /** The path with all links resolved; the path itself when nothing is there, or a link that leads back to itself. */
  realPath(path: string): string;
  linkTarget(path: string): string;
  /** When a file was last written, in milliseconds since the epoch; null when there is no such file. */
  modifiedAt(path: string): number | null;
  /** In bytes; null when there is no such file. */
  size(path: string): number | null;
  /** Permission bits; null when there is no such file. */
  mode(path: string): number | null;
  /**
   * Whether this process may make and replace names in a folder, and of a file whether its disk lets it be written: a file that is only
   * closed by its permission bits can be replaced. True when nothing is there.
   */
  canChange(path: string): boolean;
  makeFolder(folder: string): void;
  /** Makes a new file; it is on the disk only after `forceAll`. `EEXIST` when the name is taken. */
  writeNew(path: string, content: Uint8Array, mode: number): void;
  /** Puts the content of files on the disk, of all of them at once. */
  forceAll(paths: readonly string[]): Promise<void>;
  /**
   * Replaces or makes a file of a session's own, with the folders above it; atomic, 0600. Not forced to the disk: after a
   * power cut an older version is as good, and the client does not wait for it either.
   */
  writePrivate(path: string, content: Uint8Array): void;
  /** Adds to the end of a file of a session's own, which is made where it is missing, 0600, with the folders above it. */
  append(path: string, content: string): void;
  /** A second name for a file; `EEXIST` when the name is taken. */
  hardLink(path: string, name: string): void;
  /** Makes a new file with the content and permission bits of another, and puts it on the disk; `EEXIST` when the name is taken. */
  copy(path: string, name: string): void;
  /**
   * Writes into a file in its place, where nothing may take that, and puts it on the disk. False, and nothing is written, when the file
   * no longer holds `before`. A failure puts the old content back, as far as it can; a crash may leave the file half written.
   */
  overwrite(path: string, before: Uint8Array, after: Uint8Array): boolean;
  /** Two files of one folder change places, see `exchange`; `ENOENT` when one is missing. */
  exchange(other: string, path: string): void;
  symlink(target: string, path: string): void;
  rename(from: string, to: string): void;
  /** Removes a file or a link; nothing there is no error. */
  remove(path: string): void;
  /**
   * Removes a folder of our own with all that is in it; links in it are removed, not followed. In a folder that is a link
   * nothing is ours, and nothing is removed.
   */
  removeFolder(folder: string): void;
  /** Removes a folder, anybody's, in which nothing is; one that has something in it stays. */
  removeEmptyFolder(folder: string): void;
  /** Puts the renames in a folder on the disk. */
  syncFolder(folder: string): void;
}

export const realFiles: Files = {
  read: (path) => unlessMissing(() => readWhole(path)) ?? null,
  readInside: (folder, place) => unlessMissing(() => readPlain(folder, place)) ?? null,
  kind: (path) => statOf(path)?.kind ?? null,
  list: (folder) => unlessMissing(() => readdirSync(folder)) ?? [],
  entries: (folder) => (unlessMissing(() => readdirSync(folder, { withFileTypes: true })) ?? []).map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
  stat: statOf,
  realPath: realPathOf,
  linkTarget: (path) => readlinkSync(path),
  modifiedAt: (path) => unlessMissing(() => statSync(path).mtimeMs) ?? null,
  size: (path) => unlessMissing(() => statSync(path).size) ?? null,
  mode: (path) => unlessMissing(() => statSync(path).mode & 0o7777) ?? null,
  canChange,
  makeFolder: (folder) => void mkdirSync(folder, { recursive: true, mode: 0o700 }),
  writeNew: (path, content, mode) => writeNew(path, content, mode),
  forceAll,
  writePrivate,
  append,
  hardLink: (path, name) => linkSync(path, name),
  copy: (path, name) => writeNew(name, readFileSync(path), statSync(path).mode & 0o7777, fsyncSync),
  overwrite,
  exchange: (other, path) => exchange(realFiles, other, path),
  symlink: (target, path) => symlinkSync(target, path),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => unlessMissing(() => unlinkSync(path)),
  removeFolder,
  removeEmptyFolder,
  syncFolder,
};

function readWhole(path: string): Uint8Array {
  refuse(path, statSync(path));
  return readFileSync(path);
}

/** Our own files, such as the log, may be larger than what is merged. */
const MOST_BYTES = 8 * LARGE_BYTES;

/** To open a pipe waits for a writer, and to open a device may do anything. A folder is left to the call that reads it. */
function refuse(path: string, stat: Stats): void {
  const code = stat.isFile() ? (stat.size > MOST_BYTES ? 'EFBIG' : undefined) : stat.isDirectory() ? undefined : 'EFTYPE';
  if (code !== undefined) throw Object.assign(new Error(`${code}: cannot read '${path}'`), { code, syscall: 'read', path });
}

function statOf(path: string): Stat | null {
  const stat = unlessMissing(() => lstatSync(path, { throwIfNoEntry: false }));
  return stat ? { kind: kindOf(stat), modifiedAt: stat.mtimeMs, size: stat.size } : null;
}

function kindOf(found: Pick<Dirent, 'isSymbolicLink' | 'isDirectory' | 'isFile'>): EntryKind {
  if (found.isSymbolicLink()) return 'link';
  if (found.isDirectory()) return 'folder';
  return found.isFile() ? 'file' : 'other';
}

function canChange(path: string): boolean {
  try {
    unlessMissing(() => accessSync(path, constants.W_OK));
    return true;
  } catch (error) {
    if (hasCode(error, 'EROFS', 'EPERM')) return false;
    if (hasCode(error, 'EACCES')) return statOf(path)?.kind === 'file';
    throw error;
  }
}

function realPathOf(path: string): string {
  try {
    return unlessMissing(() => realpathSync.native(path)) ?? path;
  } catch (error) {
    if (hasCode(error, 'ELOOP')) return path;
    throw error;
  }
}

/** Refuses all links of a path; from <fcntl.h> of macOS, Node does not name it. */
const O_NOFOLLOW_ANY = 0x2000_0000;
/** Where a pipe has taken the place of the file, we must not wait for somebody to write into it. */
const OPEN_PLAIN = constants.O_RDONLY | constants.O_NONBLOCK | (process.platform === 'darwin' ? O_NOFOLLOW_ANY : constants.O_NOFOLLOW);

/** Opens the file first, and then looks at what was opened: what a path leads to may change from one look to the next. */
function readPlain(folder: string, place: string): Uint8Array {
  // The state dir itself may stand behind links of the user's.
  const path = join(realpathSync.native(dirname(folder)), basename(folder), place);
  const descriptor = openSync(path, OPEN_PLAIN);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || !isAt(descriptor, path)) {
      throw Object.assign(new Error(`ELOOP: a link or no plain file, open '${path}'`), { code: 'ELOOP', syscall: 'open', path });
    }
    refuse(path, stat);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether no link led to an open file. Linux knows no such flag as macOS, but says where the file is. */
function isAt(descriptor: number, path: string): boolean {
  return process.platform !== 'linux' || [path, `${path} (deleted)`].includes(readlinkSync(`/proc/self/fd/${descriptor}`));
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

function append(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  appendFileSync(path, content, { mode: 0o600 });
}

function removeEmptyFolder(folder: string): void {
  try {
    unlessMissing(() => rmdirSync(folder));
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}

/** Not `rmSync`: its recursion takes 5 ms to get going, and every session ends with this. */
function removeFolder(folder: string): void {
  if (statOf(dirname(folder))?.kind !== 'link') removeTree(folder);
}

function removeTree(folder: string): void {
  if (statOf(folder)?.kind === 'link') unlinkSync(folder);
  else removeAll(Buffer.from(folder));
}

/** By the bytes of names: those that are not UTF-8 have no other. */
function removeAll(folder: Buffer): void {
  for (const entry of unlessMissing(() => readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) ?? []) {
    const path = Buffer.concat([folder, SLASH, entry.name]);
    if (entry.isDirectory()) removeAll(path);
    else unlinkSync(path);
  }
  unlessMissing(() => rmdirSync(folder));
}

const SLASH = Buffer.from('/');
