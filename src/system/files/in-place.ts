import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { attempt } from '../attempt.js';
import { sameBytes } from '../content.js';
import type { Files } from './files.js';

/** The suffix under which `exchange` keeps the overwritten version when the disk cannot exchange two names in one step. */
export const ASIDE_SUFFIX = '.aside';

/** The suffix of the new content while it is being written into a file in place. */
export const PENDING_SUFFIX = '.pending';

/** The operations of which an exchange in several steps consists. */
export type Steps = Pick<Files, 'read' | 'kind' | 'copy' | 'hardLink' | 'rename' | 'remove' | 'overwrite' | 'syncFolder'>;

/** An external writer that changes a file so many times in a row is taken for a loop. */
const MOST_TRIES = 10;

/**
 * Writes the content of `other` into the file at `path` in place; afterwards `other` has the content that it overwrote. While a file
 * exists at the pending name, `path` may be half written; by then both contents are on the disk, and `completeInPlace` completes the
 * write after a crash. Throws the system's errors, after it has tried to undo the write, and `EBUSY` when the file changes all the time.
 */
export function exchangeInPlace(files: Steps, other: string, path: string): void {
  const [aside, after] = [other + ASIDE_SUFFIX, contentOf(files, other)];
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const before = copyAside(files, path, aside);
    const written = attempt(() => writePending(files, other, path, { before, after }));
    if (written.status === 'fulfilled' && written.value) return;
    takeBack(files, other, path, { before, after });
    if (written.status === 'rejected') throw written.reason;
  }
  throw busy(path);
}

interface Contents {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

function writePending(files: Steps, other: string, path: string, { before, after }: Contents): boolean {
  const pending = other + PENDING_SUFFIX;
  files.rename(other, pending);
  files.syncFolder(dirname(path));
  if (!files.overwrite(path, before, after)) return false;
  files.remove(pending);
  files.rename(other + ASIDE_SUFFIX, other);
  return true;
}

/**
 * Undoes a failed write in place. A failure here leaves a file at the pending name, or nothing at `other`; it is not thrown, because the
 * first error says more. When the file stays half written, both contents are kept.
 */
function takeBack(files: Steps, other: string, path: string, { before, after }: Contents): void {
  attempt(() => {
    const current = contentOf(files, path);
    const isNew = sameBytes(current, after);
    if (isNew) files.overwrite(path, after, before);
    else if (!sameBytes(current, before) && isHalfWritten(current, before, after)) return;
    if (files.kind(other + PENDING_SUFFIX) !== null) files.rename(other + PENDING_SUFFIX, other);
    files.remove(other + ASIDE_SUFFIX);
  });
}

/**
 * Completes a write in place that a crash interrupted, of which a file at the pending name is left.
 * If the file is neither of the two contents, nor half of the one and half of the other, an external writer has changed it in the
 * meantime. Its version becomes the overwritten version, as if it had been written at the last moment, and is merged.
 */
export function completeInPlace(files: Steps, temporary: string, path: string): void {
  const [aside, pending] = [temporary + ASIDE_SUFFIX, temporary + PENDING_SUFFIX];
  const [before, after, current] = [files.read(aside), files.read(pending), files.read(path)];
  if (before === null || after === null || current === null) {
    // The file or one of the two contents is missing: nothing is written, and the change is merged again.
    files.rename(pending, temporary);
    return;
  }
  if (!isHalfWritten(current, before, after)) {
    files.remove(aside);
    files.copy(path, aside);
  }
  if (!files.overwrite(path, current, after)) throw busy(path);
  files.remove(pending);
}

/**
 * Copies a file to a free name and returns the copied content. The copy is compared with the file, which an external writer may change
 * while it is forced to the disk. Throws the system's errors, and `EBUSY` when the file changes all the time; then no copy is left.
 */
export function copyAside(files: Steps, path: string, aside: string): Uint8Array {
  for (let tries = 1; ; tries++) {
    files.copy(path, aside);
    const copied = attempt(() => {
      const content = contentOf(files, aside);
      return sameBytes(files.read(path), content) ? content : null;
    });
    if (copied.status === 'fulfilled' && copied.value !== null) return copied.value;
    files.remove(aside);
    if (copied.status === 'rejected') throw copied.reason;
    if (tries === MOST_TRIES) throw busy(path);
  }
}

/** Throws `ENOENT` when there is no such file. */
function contentOf(files: Steps, path: string): Uint8Array {
  const content = files.read(path);
  if (content === null) throw Object.assign(new Error(`ENOENT: no such file, '${path}'`), { code: 'ENOENT', path });
  return content;
}

/**
 * Writes new content into a file in place, and forces it to the disk. Returns false, and writes nothing, when the file no longer
 * contains `before`. The file is not truncated first: at any moment it is the start of the new content, followed by the rest of the
 * old. Throws the system's errors, after it has tried to put the old content back. A crash may leave the file half written.
 */
export function overwrite(path: string, before: Uint8Array, after: Uint8Array): boolean {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    if (!readFileSync(descriptor).equals(before)) return false;
    const written = attempt(() => writeAll(descriptor, after));
    if (written.status === 'fulfilled') return true;
    attempt(() => writeAll(descriptor, before));
    throw written.reason;
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(descriptor: number, content: Uint8Array): void {
  for (let written = 0; written < content.length; ) written += writeSync(descriptor, content, written, content.length - written, written);
  ftruncateSync(descriptor, content.length);
  fsyncSync(descriptor);
}

/**
 * Whether `current`, the content of a file, can be the result of an interrupted write in place: the start of the new content,
 * followed by the rest of the old. The whole old content and the whole new content count as well.
 */
function isHalfWritten(current: Uint8Array, before: Uint8Array, after: Uint8Array): boolean {
  const written = commonLength(current, after);
  if (written === current.length && (written === after.length || written >= before.length)) return true;
  // The rest, which differs from the new content, must be the old content.
  return current.length === before.length && Buffer.compare(current.subarray(written), before.subarray(written)) === 0;
}

function commonLength(one: Uint8Array, other: Uint8Array): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}

function busy(path: string): Error {
  return Object.assign(new Error(`EBUSY: it changes all the time, '${path}'`), { code: 'EBUSY', path });
}
