const INTEGER = /^-?\d+$/;

/**
 * A counter after both sides counted on: theirs and what ours added to base. Integers of any size are exact; null when
 * one of the three is no finite number.
 */
export function addDelta(base: string, ours: string, theirs: string): string | null {
  if ([base, ours, theirs].every((text) => INTEGER.test(text))) {
    return String(BigInt(theirs) + BigInt(ours) - BigInt(base));
  }
  const sum = Number(theirs) + Number(ours) - Number(base);
  return Number.isFinite(sum) ? JSON.stringify(sum) : null;
}
