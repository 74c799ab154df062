import { customAlphabet } from 'nanoid/non-secure';

/**
 * A new id: 10 characters that are safe in a file name on every system, including one that ignores case. It need not be hard
 * to guess, because it only names things in the user's own folders; loading node:crypto would take 4 ms of a launch.
 */
export const newId: () => string = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 10);

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/**
 * 16 hexadecimal digits that identify a text in a file name: FNV-1a, 64 bits. It does not resist deliberate collisions; a
 * hash that does would need node:crypto, which takes 4 ms of a launch to load.
 */
export function fingerprint(text: string): string {
  let value = OFFSET_BASIS;
  for (const byte of Buffer.from(text)) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * PRIME);
  return value.toString(16).padStart(16, '0');
}
