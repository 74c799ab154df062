import {
  accessSync,
  appendFileSync,
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { forceAll, syncFolder, temporaryName, writeNew } from '../fs/atomic-write.js';
import { hasCode, isMissing, unlessMissing } from '../fs/fs-error.js';
import { LARGE_BYTES } from '../fs/paths.js';
import { exchange } from './exchange.js';
import type { FolderEntry, EntryKind, Files, Stat } from './files.js';
import { overwrite } from './in-place.js';

/** The files of this machine. */
export const realFiles: Files = {
  read: readWhole,
  readInside: (folder, place) => unlessMissing(() => readPlain(folder, place)) ?? null,
  kind: (path) => statOf(path)?.kind ?? null,
  list: (folder) => unlessMissing(() => readdirSync(folder)) ?? [],
  entries: entriesIn,
  stat: statOf,
  realPath: realPathOf,
  linkTarget: (path) => readlinkSync(path),
  modifiedAt: (path) => followed(path)?.mtimeMs ?? null,
  size: (path) => followed(path)?.size ?? null,
  mode: (path) => {
    const stat = followed(path);
    return stat ? stat.mode & 0o7777 : null;
  },
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
  syncFolder,
};

function readWhole(path: string): Uint8Array | null {
  const stat = followed(path);
  if (!stat) return null;
  refuse(path, stat);
  return unlessMissing(() => readFileSync(path)) ?? null;
}

/** Undefined when nothing is there: an error for each missing file would take longer than the call. */
function followed(path: string): Stats | undefined {
  return unlessMissing(() => statSync(path, { throwIfNoEntry: false }));
}

/** pclaude's own files, such as the log, may be larger than files that are merged. */
const MOST_BYTES = 8 * LARGE_BYTES;

/** Opening a pipe waits for a writer, and opening a device may do anything. The read itself reports a folder. */
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

function entriesIn(folder: string): FolderEntry[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  } catch (error) {
    if (!isMissing(error)) throw error;
    // On a disk that stores no kinds in its folders, Node looks at each entry, and throws this also when one of them has just vanished or
    // has a name that is not valid UTF-8. The other entries must not seem to be missing.
    return realFiles.list(folder).map((name) => ({ name, kind: statOf(join(folder, name))?.kind ?? 'other' }));
  }
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

/** Refuses links anywhere in a path. The value is from <fcntl.h> of macOS; Node has no constant for it. */
const O_NOFOLLOW_ANY = 0x2000_0000;
/** `O_NONBLOCK`: if a pipe has replaced the file, the call must not wait for a writer. */
const OPEN_PLAIN = constants.O_RDONLY | constants.O_NONBLOCK | (process.platform === 'darwin' ? O_NOFOLLOW_ANY : constants.O_NOFOLLOW);

/** Opens the file first, and then checks what was opened: the file behind a path may change between two calls. */
function readPlain(folder: string, place: string): Uint8Array {
  // The user may have put the state dir itself behind links.
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

/** Whether an open file was reached without a link. Linux has no flag like that of macOS, but `/proc` names the path of the file. */
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

/** Does not use `rmSync`: its recursion takes 5 ms to start, and every session ends with this call. */
function removeFolder(folder: string): void {
  if (statOf(dirname(folder))?.kind !== 'link') removeTree(folder);
}

function removeTree(folder: string): void {
  if (statOf(folder)?.kind === 'link') unlinkSync(folder);
  else removeAll(Buffer.from(folder));
}

/** Works with names as bytes, because a name that is not UTF-8 has no string form. */
function removeAll(folder: Buffer): void {
  for (const entry of unlessMissing(() => readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) ?? []) {
    const path = Buffer.concat([folder, SLASH, entry.name]);
    if (entry.isDirectory()) removeAll(path);
    else unlinkSync(path);
  }
  unlessMissing(() => rmdirSync(folder));
}

const SLASH = Buffer.from('/');
