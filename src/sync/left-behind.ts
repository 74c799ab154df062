import { dirname } from 'node:path';
import { isUserError, UserError } from '../system/errors.js';

/** The error for something that a session made and that is not merged. `ours`: the path at which it stays in the session. */
export function notCarried(what: string, ours: string): UserError {
  return new UserError('not-carried', what, `it stays as ${ours}: move it to where you want it`);
}

/** The same for a name that no file operation can use. */
export function oddlyNamed(place: string, ours: string): UserError {
  return new UserError(
    'not-carried',
    `the name of ${place} is not valid UTF-8, so it is not merged`,
    `it stays in ${dirname(ours)}: move it to where you want it, under another name`,
  );
}

/** Whether a failure holds up nothing else: it is reported, and the session can be closed all the same. */
export function isLeftBehind(error: unknown): error is UserError {
  return isUserError(error) && (error.code === 'too-large' || error.code === 'not-carried');
}
