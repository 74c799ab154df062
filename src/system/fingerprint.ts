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
