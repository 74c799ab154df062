import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from '../../system/attempt.js';

/** The record files of clients that run on a shared dir, or ran until they were killed; none when the folder cannot be read. */
export function clientFiles(sharedDir: string): string[] {
  const folder = join(sharedDir, 'sessions');
  const names = attempt(() => readdirSync(folder));
  // The folder also contains keys and the like.
  return names.status === 'rejected' ? [] : names.value.filter((name) => /^\d+\.json$/.test(name)).map((name) => join(folder, name));
}
