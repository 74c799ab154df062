import { UserError } from '../../system/errors.js';

/** The error for a choice that cannot be carried out: both versions of the conflict still exist. */
export function unsettled(message: string, hint: string): UserError {
  return new UserError('conflict-unsettled', message, hint);
}
