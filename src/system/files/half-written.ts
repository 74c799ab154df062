/**
 * Whether a file is what a write in place leaves that ends early: the start of the new content, and from there on the old one.
 * Nothing and all of the new content count as well. `current`: what the file holds.
 */
export function isHalfWritten(current: Uint8Array, before: Uint8Array, after: Uint8Array): boolean {
  const written = commonLength(current, after);
  if (written === current.length && (written === after.length || written >= before.length)) return true;
  // What differs from the new content is old.
  return current.length === before.length && Buffer.compare(current.subarray(written), before.subarray(written)) === 0;
}

function commonLength(one: Uint8Array, other: Uint8Array): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}
