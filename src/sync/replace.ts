import { dirname } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import { temporaryName } from '../platform/atomic-write.js';
import type { Files } from './files.js';

export type Replaced =
  | { readonly state: 'done' }
  /** The file was no longer what was expected; nothing was written. */
  | { readonly state: 'moved' }
  /**
   * Done, but in the last moment somebody else had written too: we displaced this content, which `aside` keeps on the
   * disk. The caller merges it and removes `aside`, or gives up with `putBack`.
   */
  | { readonly state: 'displaced'; readonly content: Uint8Array; readonly aside: string };

/**
 * Puts `content` in the place of `expected` (null: no file), for writers that know no lock of ours. A reader sees the
 * old or the new content, whole; a crash leaves one of the two, and perhaps a temporary file of ours beside it.
 *
 * The file is compared just before the rename. What the rename displaced is kept by a second name until it has been
 * compared as well, so a write into the file that fell into the moment in between comes back to the caller instead of being
 * lost. A stranger's own rename in that moment, between two calls of ours, is not noticed.
 */
export function replaceExpected(files: Files, path: string, expected: Uint8Array | null, content: Uint8Array): Replaced {
  return replaceBy(files, files.writeTemporary(path, content, files.mode(path) ?? 0o600), path, expected);
}

/** The same with a content that stands in a temporary file beside `path`, which is gone afterwards, whatever happens. */
export function replaceBy(files: Files, temporary: string, path: string, expected: Uint8Array | null): Replaced {
  const replaced = expected === null ? makeNew(files, temporary, path) : exchange(files, temporary, path, expected);
  if (replaced.state !== 'moved') files.syncFolder(dirname(path));
  return replaced;
}

/** Removes a file that still is what was expected, with the same care. */
export function removeExpected(files: Files, path: string, expected: Uint8Array): Replaced {
  if (!sameBytes(files.read(path), expected)) return { state: 'moved' };
  const aside = temporaryName(path);
  if (!ifThere(files, path, () => files.rename(path, aside))) return { state: 'moved' };
  const removed = compared(files, path, aside, expected);
  files.syncFolder(dirname(path));
  return removed;
}

/** Undoes a replacement: what we displaced takes the place of what we wrote. Needs no room on the disk. */
export function putBack(files: Files, aside: string, path: string): void {
  files.rename(aside, path);
}

/** A hard link, unlike a rename, fails when the name is taken meanwhile. */
function makeNew(files: Files, temporary: string, path: string): Replaced {
  try {
    if (files.kind(path) !== null) return { state: 'moved' };
    files.hardLink(temporary, path);
  } catch (error) {
    if (files.kind(path) !== null) return { state: 'moved' };
    throw error;
  } finally {
    files.remove(temporary);
  }
  return { state: 'done' };
}

function exchange(files: Files, temporary: string, path: string, expected: Uint8Array): Replaced {
  const aside = temporaryName(path);
  let asideIsThere = false;
  try {
    asideIsThere = sameBytes(files.read(path), expected) && ifThere(files, path, () => files.hardLink(path, aside));
    if (asideIsThere) files.rename(temporary, path);
  } catch (error) {
    files.remove(temporary);
    if (asideIsThere) files.remove(aside);
    throw error;
  }
  if (asideIsThere) return compared(files, path, aside, expected);
  files.remove(temporary);
  return { state: 'moved' };
}

/** Looks at what was displaced, and keeps it only when it is news. */
function compared(files: Files, path: string, aside: string, expected: Uint8Array): Replaced {
  let displaced: Uint8Array | null;
  try {
    displaced = files.read(aside);
  } catch (error) {
    putBack(files, aside, path);
    throw error;
  }
  if (displaced !== null && !sameBytes(displaced, expected)) return { state: 'displaced', content: displaced, aside };
  files.remove(aside);
  return { state: 'done' };
}

/** False when somebody has removed the file meanwhile. */
function ifThere(files: Files, path: string, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (files.kind(path) === null) return false;
    throw error;
  }
}
