import { linkSync, renameSync, unlinkSync } from 'node:fs';
import { addon } from './addon.js';
import { hasCode } from './fs-error.js';
import { settled } from './settled.js';

/** Ends the name under which `exchange` keeps what it displaces, on disks that cannot exchange two names in one step. */
export const ASIDE_SUFFIX = '.aside';

/** What `exchange` asks of the system; each throws the system's error. */
export interface ExchangeCalls {
  /** `EINVAL`, or another code of these, where the disk cannot do that. */
  readonly swap: (one: string, other: string) => void;
  readonly link: (path: string, name: string) => void;
  readonly rename: (from: string, to: string) => void;
  readonly unlink: (path: string) => void;
}

const SYSTEM: ExchangeCalls = { swap: (one, other) => addon().swapSync(one, other), link: linkSync, rename: renameSync, unlink: unlinkSync };

/**
 * Lets two names of one folder change places in one step of the kernel: whoever looks sees the old or the new file at
 * `path`, and what it displaced, whatever that was at the last moment, stands at `other` afterwards. Throws the system's
 * error, `ENOENT` when one of the two is missing, and changes nothing then.
 *
 * Some disks cannot do that (NFS, some FUSE): there `path` gets a second name first, which is `other` + `ASIDE_SUFFIX`, and a file
 * that somebody else renames to `path` in that very moment is lost. A crash between the steps leaves that name; a failure
 * in the last of them may leave nothing at `other`.
 */
export function exchange(other: string, path: string, calls: ExchangeCalls = SYSTEM): void {
  if (!exchangesInOneStep(other, path, calls.swap)) inSteps(other, path, calls);
}

/** Does so where the disk can; else false, and nothing has changed. Throws all other errors. */
export function exchangesInOneStep(other: string, path: string, swap: ExchangeCalls['swap'] = SYSTEM.swap): boolean {
  try {
    swap(other, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM')) return false;
    throw error;
  }
}

function inSteps(other: string, path: string, { link, rename, unlink }: ExchangeCalls): void {
  const aside = other + ASIDE_SUFFIX;
  link(path, aside);
  const put = settled(() => rename(other, path));
  if (put.status === 'rejected') {
    // What is in the way of one rename may be in the way of this; the first error tells more.
    settled(() => unlink(aside));
    throw put.reason;
  }
  const kept = settled(() => rename(aside, other));
  if (kept.status === 'rejected') {
    settled(() => rename(aside, path));
    throw kept.reason;
  }
}
