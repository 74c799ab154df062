import { dirname } from 'node:path';
import { sameBytes } from '../bytes.js';
import { exchangesInOneStep, type Swap } from '../fs/exchange.js';
import { hasCode } from '../fs/fs-error.js';
import { attempt, throwFirst } from '../attempt.js';
import type { Files } from './files.js';
import { isHalfWritten } from './half-written.js';

/** Ends the name under which `exchange` keeps what it displaces, where the two names cannot change places in one step. */
const ASIDE_SUFFIX = '.aside';

/** Ends the name of the new content while it is being written into a file in place. */
const PENDING_SUFFIX = '.pending';

type Steps = Pick<Files, 'read' | 'kind' | 'copy' | 'hardLink' | 'rename' | 'remove' | 'overwrite' | 'syncFolder'>;

/** An external writer that changes a file this often in a row is a loop. */
const MOST_TRIES = 10;

/**
 * Lets two names of one folder change places: a reader sees the old or the new file at `path`, and what was there at the last
 * moment is at `other` afterwards. Throws the system's error, `ENOENT` when one of the two is missing, and has changed nothing then.
 *
 * In one step of the kernel, where the disk can do that. Else, in this order:
 * - `path` gets a second name (NFS, some FUSE), `other` + `ASIDE_SUFFIX`, or on a disk without hard links (exFAT) is copied to
 *   that name and compared. Then `other` takes its place. What an external writer renames to `path` in that very moment is lost,
 *   and of a copied file what it writes then. A failure in the last step may leave nothing at `other`.
 * - A file on which something is mounted (containers) keeps its place: after the copy it is compared and written in place. A
 *   reader may see it half written.
 *
 * `completeExchange` completes what a crash between these steps leaves.
 */
export function exchange(files: Steps, other: string, path: string, swap?: Swap): void {
  const swapped = attempt(() => exchangesInOneStep(other, path, swap));
  if (swapped.status === 'rejected') {
    if (!keepsItsPlace(swapped.reason)) throw swapped.reason;
    inPlace(files, other, path);
  } else if (!swapped.value) inSteps(files, other, path);
}

/**
 * Brings a new file to a name that is free. Throws `EEXIST` when the name is taken. On a disk without hard links a file that an external
 * writer makes there in that very moment is lost.
 */
export function putNew(files: Pick<Files, 'hardLink' | 'kind' | 'rename'>, temporary: string, path: string): void {
  try {
    files.hardLink(temporary, path);
  } catch (error) {
    if (!cannotLink(error) || files.kind(path) !== null) throw error;
    files.rename(temporary, path);
  }
}

/**
 * Completes an exchange of `temporary` and `path` in which a crash came. It was not begun where `temporary` still holds the new content
 * afterwards. Does nothing where no crash came. Throws the system's errors; it may be called again then.
 */
export function completeExchange(files: Steps, temporary: string, path: string): void {
  const [aside, pending] = [temporary + ASIDE_SUFFIX, temporary + PENDING_SUFFIX];
  if (files.kind(pending) !== null) completeInPlace(files, temporary, path);
  if (files.kind(aside) === null) return;
  if (files.kind(temporary) === null) files.rename(aside, temporary);
  else files.remove(aside);
}

/** All names that a step may leave beside its target. */
export function namesBeside(temporary: string): string[] {
  return [temporary, temporary + ASIDE_SUFFIX, temporary + PENDING_SUFFIX];
}

function inSteps(files: Steps, other: string, path: string): void {
  const aside = other + ASIDE_SUFFIX;
  keepAside(files, path, aside);
  const put = attempt(() => files.rename(other, path));
  if (put.status === 'rejected') {
    // What is in the way of one rename may be in the way of this; the first error tells more.
    const removed = attempt(() => files.remove(aside));
    if (!keepsItsPlace(put.reason)) throw put.reason;
    throwFirst([removed]);
    return inPlace(files, other, path);
  }
  const kept = attempt(() => files.rename(aside, other));
  if (kept.status === 'rejected') {
    attempt(() => files.rename(aside, path));
    throw kept.reason;
  }
}

function keepAside(files: Steps, path: string, aside: string): void {
  try {
    files.hardLink(path, aside);
  } catch (error) {
    if (!cannotLink(error)) throw error;
    copyAside(files, path, aside);
  }
}

/** Returns what was copied. It is compared: forcing it to the disk takes a while, in which an external writer may change the file. */
function copyAside(files: Steps, path: string, aside: string): Uint8Array {
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

/** While the new content is at the pending name, the file may be half written; both contents are on the disk by then. */
function inPlace(files: Steps, other: string, path: string): void {
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

/** What fails here leaves the pending name, or nothing at `other`; the first error tells more. A file that stays half written keeps both. */
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

/** Throws `ENOENT` where there is none. */
function contentOf(files: Steps, path: string): Uint8Array {
  const content = files.read(path);
  if (content === null) throw Object.assign(new Error(`ENOENT: no such file, '${path}'`), { code: 'ENOENT', path });
  return content;
}

/**
 * What is neither of the two contents, nor a half of them, is what an external writer has made of one of them since. It becomes the
 * overwritten version, as if it had been written in the last moment, and is merged.
 */
function completeInPlace(files: Steps, temporary: string, path: string): void {
  const [aside, pending] = [temporary + ASIDE_SUFFIX, temporary + PENDING_SUFFIX];
  const [before, after, current] = [files.read(aside), files.read(pending), files.read(path)];
  if (before === null || after === null || current === null) {
    // The file is no longer there, or what it held is not: nothing is written, and the change is merged again.
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

/** Something is mounted on it, or the disk lets nothing take the place of a file. */
function keepsItsPlace(error: unknown): boolean {
  return hasCode(error, 'EBUSY', 'EXDEV', 'EEXIST');
}

function cannotLink(error: unknown): boolean {
  return hasCode(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EMLINK', 'EXDEV');
}

function busy(path: string): Error {
  return Object.assign(new Error(`EBUSY: it changes all the time, '${path}'`), { code: 'EBUSY', path });
}
