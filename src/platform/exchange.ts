import { linkSync, renameSync } from 'node:fs';
import { addon } from './addon.js';
import { hasCode } from './fs-error.js';

/** Ends the name under which `exchange` keeps what it displaces, on disks that cannot exchange two names in one step. */
export const ASIDE_SUFFIX = '.aside';

/**
 * Lets two names of one folder change places in one step of the kernel: whoever looks sees the old or the new file at
 * `path`, and what it displaced, whatever that was at the last moment, stands at `other` afterwards. Throws the system's
 * error, `ENOENT` when one of the two is missing, and changes nothing then.
 *
 * Some disks cannot do that (NFS, some FUSE): there `path` gets a second name first, which is `other` + `ASIDE_SUFFIX`, and a file
 * that somebody else renames to `path` in that very moment is lost. A crash between the steps leaves that name.
 */
export function exchange(other: string, path: string): void {
  try {
    addon().swapSync(other, path);
  } catch (error) {
    if (!hasCode(error, 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM')) throw error;
    inSteps(other, path);
  }
}

function inSteps(other: string, path: string): void {
  const aside = other + ASIDE_SUFFIX;
  linkSync(path, aside);
  renameSync(other, path);
  renameSync(aside, other);
}
