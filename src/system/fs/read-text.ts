import { existsSync, readFileSync } from 'node:fs';
import { unlessMissing } from './unless-missing.js';

/**
 * The text of a file; undefined when there is none. All other errors are thrown. Most files that a launch asks for do
 * not exist, and to look first takes a tenth of what Node needs to make an error.
 */
export function readTextIfThere(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return unlessMissing(() => readFileSync(path, 'utf8'));
}
