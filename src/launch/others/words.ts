import type { NearestOthers } from './proximity.js';

/** Adds a worktree for a new session, and starts the session there. */
export const WORKTREE_COMMAND = 'pclaudectl worktree add BRANCH --launch';

/** Lists the running sessions and where they work. */
const SESSIONS_COMMAND = 'pclaudectl sessions';

/**
 * Returns the message at a launch, without the name of the program: which sessions are near, what that means, and which command helps. Only
 * sessions in one working tree can disturb each other.
 */
export function wordsFor({ tier, count, plain }: NearestOthers, inGit: boolean): string {
  const who = `${count === 1 ? '1 other session works' : `${count} other sessions work`} in `;
  const some = plain === 0 ? '' : ` (${plain} plain claude)`;
  if (tier === 'elsewhere') return `${who}other folders${some}: ${SESSIONS_COMMAND}`;
  if (tier === 'repository') return `${who}other worktrees of this repository${some}: ${SESSIONS_COMMAND}`;
  const here = `${who}this ${inGit ? 'working tree' : 'folder'}${some}: your edits may collide;`;
  return inGit ? `${here} work in your own: ${WORKTREE_COMMAND}` : `${here} to see who: ${SESSIONS_COMMAND}`;
}

/** Returns the reason why a session does not start where others work. */
export function refusalWords({ count }: NearestOthers, inGit: boolean): string {
  return `not started, because ${count === 1 ? '1 other session works' : `${count} other sessions work`} in this ${inGit ? 'working tree' : 'folder'}`;
}
