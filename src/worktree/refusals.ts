import { UserError } from '../system/errors.js';
import { typed } from './typed.js';

/** Why a worktree is not made, and what to do. */
export function notMade(message: string, hint: string, options?: ErrorOptions): UserError {
  return new UserError('worktree-not-made', message, hint, options);
}

/** What to do where a worktree is there, and not ready. */
export function goOnWith(branch: string): string {
  return `the worktree stays; "pclaudectl worktree add ${typed(branch)}" goes on with it`;
}
