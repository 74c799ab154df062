import { attempt, throwFirst } from '../attempt.js';
import { hasCode, isUnsupported } from '../fs/fs-error.js';
import { addon } from '../platform.js';
import type { Files } from './files.js';
import { ASIDE_SUFFIX, completeInPlace, copyAside, exchangeInPlace, PENDING_SUFFIX, type Steps } from './in-place.js';

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
  const swapped = attempt(() => tryExchange(other, path, swap));
  if (swapped.status === 'rejected') {
    if (!keepsItsPlace(swapped.reason)) throw swapped.reason;
    exchangeInPlace(files, other, path);
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
    return exchangeInPlace(files, other, path);
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

/** Whether the error means that the file cannot be replaced: something is mounted on it, or the disk does not rename over files. */
function keepsItsPlace(error: unknown): boolean {
  return hasCode(error, 'EBUSY', 'EXDEV', 'EEXIST');
}

function cannotLink(error: unknown): boolean {
  return isUnsupported(error, 'EINVAL', 'EMLINK', 'EXDEV');
}

/** Throws the system's error: `EINVAL`, or another code that `tryExchange` knows, when the disk cannot exchange names. */
type Swap = (one: string, other: string) => void;

/**
 * Exchanges two names of one folder in one kernel call. Returns false, and changes nothing, when the disk cannot do that. Throws
 * all other errors.
 */
export function tryExchange(other: string, path: string, swap: Swap = swapNames): boolean {
  try {
    swap(other, path);
    return true;
  } catch (error) {
    if (isUnsupported(error, 'EINVAL')) return false;
    throw error;
  }
}

function swapNames(one: string, other: string): void {
  addon().swapSync(one, other);
}
