import { fchmodSync } from 'node:fs';
import { hasCode } from './fs-error.js';

/** Gives an open file these permission bits. Does nothing on a disk that keeps none, and gives all files the same. Throws the system's other errors. */
export function setMode(descriptor: number, mode: number): void {
  try {
    fchmodSync(descriptor, mode);
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
  }
}
