import { dirname } from 'node:path';
import { attempt, throwFirst } from '../attempt.js';
import { sameBytes } from '../content.js';
import { hasCode } from '../fs/fs-error.js';
import { addon } from '../platform.js';
import type { Files } from './files.js';
import { isHalfWritten } from './overwrite.js';

/** The suffix under which `exchange` keeps the overwritten version when the disk cannot exchange two names in one step. */
const ASIDE_SUFFIX = '.aside';

/** The suffix of the new content while it is being written into a file in place. */
const PENDING_SUFFIX = '.pending';

type Steps = Pick<Files, 'read' | 'kind' | 'copy' | 'hardLink' | 'rename' | 'remove' | 'overwrite' | 'syncFolder'>;

/** An external writer that changes a file so many times in a row is taken for a loop. */
const MOST_TRIES = 10;

/**
 * Exchanges two names of one folder. A reader sees the old file or the new one at `path`. Afterwards `other` is the file that was at
 * `path` at the last moment. Throws the system's error, `ENOENT` when one of the two is missing; nothing has changed then.
 *
 * It is one kernel call when the disk can do that. Otherwise it takes several steps, in one of these ways:
 * - `path` gets a second name, `other` + `ASIDE_SUFFIX` (NFS, some FUSE). On a disk without hard links (exFAT) it is copied to that
 *   name and compared. Then `other` is renamed to `path`. A file that an external writer renames to `path` at that very moment is
 *   lost; so is, when the file was copied, a change that it writes to it then. A failure in the last step may leave nothing at `other`.
 * - A file on which something is mounted (containers) cannot be replaced. It is copied, compared and then written in place. A reader
 *   may see it half written.
 *
 * A crash between these steps leaves files that `completeExchange` needs to complete the exchange.
 */
export function exchange(files: Steps, other: string, path: string, swap?: Swap): void {
  const swapped = attempt(() => exchangesInOneStep(other, path, swap));
  if (swapped.status === 'rejected') {
    if (!keepsItsPlace(swapped.reason)) throw swapped.reason;
    inPlace(files, other, path);
  } else if (!swapped.value) inSteps(files, other, path);
}

/**
 * Puts a new file at a free name. Throws `EEXIST` when the name is taken. On a disk without hard links, a file that an external writer
 * creates at that name at that very moment is lost.
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
 * Completes an exchange of `temporary` and `path` that a crash interrupted. If `temporary` still contains the new content afterwards,
 * the exchange had not begun. Does nothing when there was no crash. Throws the system's errors, and may be called again then.
 */
export function completeExchange(files: Steps, temporary: string, path: string): void {
  const [aside, pending] = [temporary + ASIDE_SUFFIX, temporary + PENDING_SUFFIX];
  if (files.kind(pending) !== null) completeInPlace(files, temporary, path);
  if (files.kind(aside) === null) return;
  if (files.kind(temporary) === null) files.rename(aside, temporary);
  else files.remove(aside);
}

/** All names that a file edit may leave beside its target. */
export function namesBeside(temporary: string): string[] {
  return [temporary, temporary + ASIDE_SUFFIX, temporary + PENDING_SUFFIX];
}

function inSteps(files: Steps, other: string, path: string): void {
  const aside = other + ASIDE_SUFFIX;
  keepAside(files, path, aside);
  const put = attempt(() => files.rename(other, path));
  if (put.status === 'rejected') {
    // The cause of the failed rename may make this fail as well; the first error says more.
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

/** Returns the copied content. The copy is compared with the file, which an external writer may change while it is forced to the disk. */
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

/** While a file exists at the pending name, `path` may be half written. By then both contents are on the disk. */
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

/** Throws `ENOENT` when there is no such file. */
function contentOf(files: Steps, path: string): Uint8Array {
  const content = files.read(path);
  if (content === null) throw Object.assign(new Error(`ENOENT: no such file, '${path}'`), { code: 'ENOENT', path });
  return content;
}

/**
 * If the file is neither of the two contents, nor half of the one and half of the other, an external writer has changed it in the
 * meantime. Its version becomes the overwritten version, as if it had been written at the last moment, and is merged.
 */
function completeInPlace(files: Steps, temporary: string, path: string): void {
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

/** Whether the error means that the file cannot be replaced: something is mounted on it, or the disk does not rename over files. */
function keepsItsPlace(error: unknown): boolean {
  return hasCode(error, 'EBUSY', 'EXDEV', 'EEXIST');
}

function cannotLink(error: unknown): boolean {
  return hasCode(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EMLINK', 'EXDEV');
}

function busy(path: string): Error {
  return Object.assign(new Error(`EBUSY: it changes all the time, '${path}'`), { code: 'EBUSY', path });
}

/** Throws the system's error: `EINVAL`, or another code that `exchangesInOneStep` knows, when the disk cannot exchange names. */
type Swap = (one: string, other: string) => void;

/**
 * Exchanges two names of one folder in one kernel call. Returns false, and changes nothing, when the disk cannot do that. Throws
 * all other errors.
 */
export function exchangesInOneStep(other: string, path: string, swap: Swap = swapNames): boolean {
  try {
    swap(other, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM')) return false;
    throw error;
  }
}

function swapNames(one: string, other: string): void {
  addon().swapSync(one, other);
}
