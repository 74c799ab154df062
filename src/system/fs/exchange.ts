import { addon } from '../addon.js';
import { hasCode } from './fs-error.js';

/** Throws the system's error: `EINVAL`, or another code that `exchangesInOneStep` knows, when the disk cannot exchange names. */
export type Swap = (one: string, other: string) => void;

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
