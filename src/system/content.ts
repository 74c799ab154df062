import { isUtf8 } from 'node:buffer';
import { isRecord } from './json.js';

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

/** Returns a text without its byte order mark. */
export function withoutBom(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** The UTF-8 bytes of a text. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The content of a file as JSON: text as it is, other bytes in base64; null when there is no file. */
export type StoredContent = string | { readonly base64: string } | null;

/** Lossless: a text keeps its byte order mark. */
export function storeContent(content: Uint8Array | null): StoredContent {
  if (content === null) return null;
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return isUtf8(buffer) ? buffer.toString('utf8') : { base64: buffer.toString('base64') };
}

export function restoreContent(stored: StoredContent): Uint8Array | null {
  if (stored === null) return null;
  return typeof stored === 'string' ? Buffer.from(stored, 'utf8') : Buffer.from(stored.base64, 'base64');
}

export function isStoredContent(value: unknown): value is StoredContent {
  return value === null || typeof value === 'string' || (isRecord(value) && typeof value['base64'] === 'string');
}
