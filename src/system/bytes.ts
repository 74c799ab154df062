/** Whether two versions of a file are equal byte for byte. Null is an absent file; two absent files are equal. */
export function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) {
    return a === b;
  }
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/**
 * The text of a file, or null when it is not text: when it is not valid UTF-8 or contains a NUL. A byte order mark stays
 * in the string as U+FEFF, so that encoding the result gives the same bytes back.
 */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) {
    return null;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The UTF-8 bytes of a text. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
