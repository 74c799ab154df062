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

/**
 * Whether `current`, the content of a file, can be the result of an interrupted write in place: the start of the new content,
 * followed by the rest of the old. The whole old content and the whole new content count as well.
 */
export function isHalfWritten(current: Uint8Array, before: Uint8Array, after: Uint8Array): boolean {
  const written = commonLength(current, after);
  if (written === current.length && (written === after.length || written >= before.length)) return true;
  // The rest, which differs from the new content, must be the old content.
  return current.length === before.length && Buffer.compare(current.subarray(written), before.subarray(written)) === 0;
}

function commonLength(one: Uint8Array, other: Uint8Array): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}
