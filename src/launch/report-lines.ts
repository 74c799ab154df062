import { isKnownError } from '../platform/errors.js';
import { reasonOf } from '../platform/fs-error.js';

/** A shared settings file did not parse; `path` is its new name. */
export function setAsideLine(path: string): string {
  return `a settings file was not valid JSON; it is kept as ${path} and was rebuilt from what the session knew`;
}

/**
 * Why a session could not be merged. An error that we do not know keeps its stack, but it does not end us: the client's
 * own exit code must reach the caller.
 */
export function failureLine(id: string, error: unknown): string {
  const reason = isKnownError(error) ? error.message : reasonOf(error);
  const what = reason ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  return `session ${id} could not be merged: ${what}; nothing is lost, the next launch of pclaude tries again`;
}
