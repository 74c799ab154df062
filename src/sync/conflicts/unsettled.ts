import { KnownError } from '../../system/errors.js';

/** A choice that cannot be carried out: both versions of the conflict are still there. */
export function unsettled(message: string, wayOut: string): KnownError {
  return new KnownError('conflict-unsettled', message, wayOut);
}
