import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unlessMissing } from './unless-missing.js';

/** The size of a file, or of all files below a folder, in bytes. Does not follow links. 0 when nothing is at the path. */
export function sizeBelow(path: string): number {
  const stat = unlessMissing(() => lstatSync(path));
  if (!stat?.isDirectory()) return stat?.isFile() ? stat.size : 0;
  return (unlessMissing(() => readdirSync(path)) ?? []).reduce((sum, name) => sum + sizeBelow(join(path, name)), 0);
}
