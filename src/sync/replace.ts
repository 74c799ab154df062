import { dirname } from 'node:path';
import { temporaryName } from '../platform/atomic-write.js';
import type { Files } from './files.js';

export type Replaced =
  | { readonly state: 'done' }
  /** The file was no longer what was expected; nothing was written. */
  | { readonly state: 'moved' }
  /** Written, but in the last moment somebody else had written too: this content was displaced by ours. */
  | { readonly state: 'displaced'; readonly content: Uint8Array };

/**
 * Puts `content` in the place of `expected` (null: no file), for writers that know no lock of ours. A reader sees the
 * old or the new content, whole; a crash leaves one of the two, and perhaps a temporary file of ours beside it.
 *
 * The file is compared just before the rename. What the rename displaced is kept by a second name until it has been
 * compared as well, so a write that fell into the moment in between comes back to the caller instead of being lost.
 */
export function replaceExpected(files: Files, path: string, expected: Uint8Array | null, content: Uint8Array): Replaced {
  const temporary = files.writeTemporary(path, content, files.mode(path) ?? 0o600);
  try {
    const replaced = expected === null ? makeNew(files, temporary, path) : exchange(files, temporary, path, expected);
    if (replaced.state !== 'moved') files.syncFolder(dirname(path));
    return replaced;
  } finally {
    files.remove(temporary);
  }
}

/** Removes a file that still is what was expected; false, with nothing removed, when it is not. */
export function removeExpected(files: Files, path: string, expected: Uint8Array): boolean {
  const aside = temporaryName(path);
  files.rename(path, aside);
  const asExpected = same(files.read(aside), expected);
  if (!asExpected && files.kind(path) === null) files.hardLink(aside, path);
  files.remove(aside);
  files.syncFolder(dirname(path));
  return asExpected;
}

/** A hard link, unlike a rename, fails when the name is taken meanwhile. */
function makeNew(files: Files, temporary: string, path: string): Replaced {
  if (files.kind(path) !== null) return { state: 'moved' };
  try {
    files.hardLink(temporary, path);
  } catch (error) {
    if (files.kind(path) !== null) return { state: 'moved' };
    throw error;
  }
  return { state: 'done' };
}

function exchange(files: Files, temporary: string, path: string, expected: Uint8Array): Replaced {
  if (!same(files.read(path), expected)) return { state: 'moved' };
  const aside = temporaryName(path);
  files.hardLink(path, aside);
  try {
    files.rename(temporary, path);
    const displaced = files.read(aside);
    return displaced === null || same(displaced, expected) ? { state: 'done' } : { state: 'displaced', content: displaced };
  } finally {
    files.remove(aside);
  }
}

function same(one: Uint8Array | null, other: Uint8Array): boolean {
  return one !== null && Buffer.compare(one, other) === 0;
}
