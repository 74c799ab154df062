const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/**
 * 16 hexadecimal digits that stand for a text, for the names of files: FNV-1a, 64 bits. It keeps apart what nobody has made
 * to be mixed up; loading node:crypto would take 4 ms of a launch.
 */
export function fingerprint(text: string): string {
  let value = OFFSET_BASIS;
  for (const byte of Buffer.from(text)) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * PRIME);
  return value.toString(16).padStart(16, '0');
}
