import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { newId } from '../id.js';
import { setMode } from './set-mode.js';

/** Ends the names of our temporary files; the client's listings of `.md` files pass over them. */
export const TEMPORARY_SUFFIX = '.pclaude-tmp';

/**
 * Replaces or makes a file so that a reader, or a crash at any moment, sees the old or the new content, whole.
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
 * Makes a new file, whole and with these permission bits (`umask`: those that it leaves to new files), or throws and leaves none;
 * `EEXIST` when something is there. It is on the disk only after `forceAll`, or where `force` does that. A crash may leave a
 * part of it.
 */
export function writeNew(path: string, content: Uint8Array, mode: number | 'umask', force: (descriptor: number) => void = () => undefined): void {
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

/** A hidden, unused name in the folder of `path`. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${shortStem(path)}.${newId()}${TEMPORARY_SUFFIX}`);
}

/** The unused part of such a name: it tells one write from all others. */
export function temporaryId(temporary: string): string {
  return temporary.slice(0, -TEMPORARY_SUFFIX.length).split('.').at(-1) ?? '';
}

/** Makes renames in a folder survive a power cut; a rename alone is not on the disk yet. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A name may have 255 bytes, and ours are longer than the file's own; a character has up to four. */
function shortStem(path: string): string {
  return Array.from(basename(path)).slice(0, 50).join('');
}
