import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from '../../system/attempt.js';

/** The files by which clients that run on a shared dir, or did until they were killed, tell of themselves; none where nothing can be seen. */
export function clientFiles(sharedDir: string): string[] {
  const folder = join(sharedDir, 'sessions');
  const names = attempt(() => readdirSync(folder));
  // Beside them stand keys and the like.
  return names.status === 'rejected' ? [] : names.value.filter((name) => /^\d+\.json$/.test(name)).map((name) => join(folder, name));
}
