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
