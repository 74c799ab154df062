import { UserError } from '../system/errors.js';
import { typed } from './typed.js';

/** The error for a worktree that is not created. */
export function notMade(message: string, hint: string, options?: ErrorOptions): UserError {
  return new UserError('worktree-not-made', message, hint, options);
}

/** The hint for a worktree that exists but is not ready. */
export function goOnWith(branch: string): string {
  return `the worktree stays; "pclaudectl worktree add ${typed(branch)}" goes on with it`;
}
