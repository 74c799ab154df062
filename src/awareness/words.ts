import type { Met } from './tier.js';

/** Makes a working tree of one's own, and starts a session there. */
export const WORKTREE_COMMAND = 'pclaudectl worktree add BRANCH --launch';

/**
 * What is said at a launch, without the name of the program: at most 71 characters as long as there are fewer than a hundred of
 * each, so that with it a line of 80 holds it.
 */
export function wordsFor({ tier, count, plain }: Met, inGit: boolean): string {
  const sessions = count === 1 ? '1 session' : `${count} sessions`;
  const some = plain === 0 ? '' : ` (${plain} plain)`;
  if (tier === 'safe') return `safe: ${sessions} in other directories${some}`;
  if (tier === 'risky') return `risky: ${sessions} in other working trees of this repository${some}`;
  return inGit ? `dangerous: ${count} here${some}: ${WORKTREE_COMMAND}` : `dangerous: ${sessions} in this directory${some}`;
}
