import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { attempt } from '../attempt.js';

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
