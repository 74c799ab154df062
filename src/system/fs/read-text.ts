import { existsSync, readFileSync } from 'node:fs';
import { unlessMissing } from './unless-missing.js';

/**
 * The text of a file; undefined when there is no such file. Throws all other errors. It checks for the file first, because
 * most files that a launch asks for do not exist, and the check takes a tenth of the time that Node needs to make an error.
 */
export function readTextIfThere(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return unlessMissing(() => readFileSync(path, 'utf8'));
}
