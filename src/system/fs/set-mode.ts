import { fchmodSync } from 'node:fs';
import { hasCode } from './fs-error.js';

/** Sets the permission bits of an open file. Does nothing on a disk that stores no such bits. Throws the system's other errors. */
export function setMode(descriptor: number, mode: number): void {
  try {
    fchmodSync(descriptor, mode);
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
  }
}
