import { createHash } from 'node:crypto';

/**
 * The first hexadecimal digits of the SHA-256 of a text or of bytes, for a name on the disk. Not for the launch path, where node:crypto
 * takes 4 ms to load: see `fingerprint`.
 */
export function hashOf(content: string | Uint8Array, digits: number): string {
  return createHash('sha256').update(content).digest('hex').slice(0, digits);
}
