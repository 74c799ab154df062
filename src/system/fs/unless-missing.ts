import { isMissing } from './fs-error.js';

/**
 * What a call on a file returns; undefined when there is nothing at its path. All other errors are thrown: whoever takes
 * another failed read for an absent file deletes what is there.
 */
export function unlessMissing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
