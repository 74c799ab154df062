import { dirname } from 'node:path';
import { isKnownError, KnownError } from '../system/errors.js';

/** Why something that a session made is not merged, and where it stays; `ours` is its path there. */
export function notCarried(what: string, ours: string): KnownError {
  return new KnownError('not-carried', what, `it stays as ${ours}: move it to where you want it`);
}

/** The same of a name that nothing can be done by. */
export function oddlyNamed(place: string, ours: string): KnownError {
  return new KnownError('not-carried', `the name of ${place} is not valid UTF-8, so it is not merged`, `it stays in ${dirname(ours)}: move it to where you want it, under another name`);
}

/** Whether a failure holds up nothing else: it is named, and the session can be closed all the same. */
export function isLeftBehind(error: unknown): error is KnownError {
  return isKnownError(error) && (error.code === 'too-large' || error.code === 'not-carried');
}
