import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unlessMissing } from './unless-missing.js';

/** How much is in a file, or in all files below a folder, in bytes; links are not followed. 0 for nothing there. */
export function sizeBelow(path: string): number {
  const stat = unlessMissing(() => lstatSync(path));
  if (!stat?.isDirectory()) return stat?.isFile() ? stat.size : 0;
  return (unlessMissing(() => readdirSync(path)) ?? []).reduce((sum, name) => sum + sizeBelow(join(path, name)), 0);
}
