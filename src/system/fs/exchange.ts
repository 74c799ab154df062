import { addon } from '../addon.js';
import { hasCode } from './fs-error.js';

/** Throws the system's error; `EINVAL`, or another code that `exchangesInOneStep` knows, where the disk cannot do that. */
export type Swap = (one: string, other: string) => void;

/**
 * Lets two names of one folder change places in one step of the kernel, where the disk can do that; else false, and nothing
 * has changed. Throws all other errors.
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
