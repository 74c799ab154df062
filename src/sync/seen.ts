import { join } from 'node:path';
import type { Files } from './files.js';
import type { Overlaid } from './overlaid.js';

/** What the model of this session last saw of a file; null when it saw none. It may be older than that, never newer. */
export function lastSeen(files: Files, { seen }: Overlaid, place: string): Uint8Array | null {
  return files.read(join(seen, place));
}

/** Writes down what the model of this session is about to see of a file. */
export function remember(files: Files, { seen }: Overlaid, place: string, content: Uint8Array): void {
  files.writePrivate(join(seen, place), content);
}
