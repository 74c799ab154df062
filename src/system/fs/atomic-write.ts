import { closeSync, fchmodSync, fsync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { throwFirst } from '../attempt.js';
import { newId } from '../id.js';
import { isUnsupported } from './fs-error.js';

/** The suffix of pclaude's temporary files. The client's listings of `.md` files skip them. */
export const TEMPORARY_SUFFIX = '.pclaude-tmp';

/**
 * Replaces or creates a file. A reader sees the whole old content or the whole new one, also after a crash at any moment.
 * The folder must exist. A failed call leaves the old file; a crash may leave a file with `TEMPORARY_SUFFIX` beside it.
 */
export function writeAtomic(path: string, content: Uint8Array, mode = 0o600): void {
  const temporary = temporaryName(path);
  writeNew(temporary, content, mode, fsyncSync);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/**
 * Creates a whole new file with these permission bits (`umask`: the bits that the umask leaves to new files). On failure it throws
 * and leaves no file. Throws `EEXIST` when the name is taken. The file is on the disk only after `forceAll`, or when `force` puts it
 * there. A crash may leave a part of it.
 */
export function writeNew(
  path: string,
  content: Uint8Array,
  mode: number | 'umask',
  force: (descriptor: number) => void = () => undefined,
): void {
  const descriptor = openSync(path, 'wx', mode === 'umask' ? 0o666 : 0o600);
  try {
    // A full disk ends a write short without an error; the next one then reports ENOSPC.
    for (let written = 0; written < content.length; ) written += writeSync(descriptor, content, written);
    if (mode !== 'umask') setMode(descriptor, mode);
    force(descriptor);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** A hidden, unused name in the folder of `path`, for a file that will replace it. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${shortStem(path)}.${newId()}${TEMPORARY_SUFFIX}`);
}

/** The random part of a temporary name, which identifies one write among all others. */
export function temporaryId(temporary: string): string {
  return temporary.slice(0, -TEMPORARY_SUFFIX.length).split('.').at(-1) ?? '';
}

/** Forces a folder to the disk, so that renames in it survive a power cut. A rename alone is not on the disk yet. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The start of the file's name: a temporary name is longer, a name may have 255 bytes, and a character takes up to four. */
function shortStem(path: string): string {
  return Array.from(basename(path)).slice(0, 50).join('');
}

/** Sets the permission bits of an open file. Does nothing on a disk that stores no such bits. Throws the system's other errors. */
export function setMode(descriptor: number, mode: number): void {
  try {
    fchmodSync(descriptor, mode);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  }
}

/**
 * Forces files to the disk concurrently, which takes a fraction of the time that it takes one after the other. When all
 * have been tried, throws the first system error.
 */
export async function forceAll(paths: readonly string[]): Promise<void> {
  throwFirst(await Promise.allSettled(paths.map(forcePath)));
}

/** Does not use `node:fs/promises`, which takes a millisecond to load. */
async function forcePath(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    await new Promise<void>((resolve, reject) => {
      fsync(descriptor, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    closeSync(descriptor);
  }
}
