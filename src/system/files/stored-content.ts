import { isUtf8 } from 'node:buffer';
import { isRecord } from '../is-record.js';

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
