import { unlessMissing } from '../fs/unless-missing.js';

/** The working folder; undefined when it has been removed. */
export function currentFolder(): string | undefined {
  return unlessMissing(() => process.cwd());
}
