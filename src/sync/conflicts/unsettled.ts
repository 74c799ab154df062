import { UserError } from '../../system/errors.js';

/** A choice that cannot be carried out: both versions of the conflict are still there. */
export function unsettled(message: string, hint: string): UserError {
  return new UserError('conflict-unsettled', message, hint);
}
