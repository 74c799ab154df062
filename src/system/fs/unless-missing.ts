import { isMissing } from './fs-error.js';

/**
 * Calls `act` and returns its result; undefined when nothing is at the path. Throws all other errors: a caller that took
 * another failed read for an absent file would delete the file.
 */
export function unlessMissing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
