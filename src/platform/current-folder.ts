import { isMissing } from './fs-error.js';

/** The working folder; undefined when it has been removed. */
export function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
