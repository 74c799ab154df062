import type { NearestConflict } from './proximity.js';

/** Makes a working tree of one's own, and starts a session there. */
export const WORKTREE_COMMAND = 'pclaudectl worktree add BRANCH --launch';

/** Shows who works, and where. */
const SESSIONS_COMMAND = 'pclaudectl sessions';

/**
 * What is said at a launch, without the name of the program: who works near, what that means, and what to type. Only sessions in one
 * working tree are in each other's way.
 */
export function wordsFor({ tier, count, plain }: NearestConflict, inGit: boolean): string {
  const who = `${count === 1 ? '1 other session works' : `${count} other sessions work`} in `;
  const some = plain === 0 ? '' : ` (${plain} plain claude)`;
  if (tier === 'elsewhere') return `${who}other folders${some}: ${SESSIONS_COMMAND}`;
  if (tier === 'repository') return `${who}other worktrees of this repository${some}: ${SESSIONS_COMMAND}`;
  const here = `${who}this ${inGit ? 'working tree' : 'folder'}${some}: your edits may collide;`;
  return inGit ? `${here} work in your own: ${WORKTREE_COMMAND}` : `${here} to see who: ${SESSIONS_COMMAND}`;
}

/** Why a session is not started where others work. */
export function refusalWords({ count }: NearestConflict, inGit: boolean): string {
  return `not started, because ${count === 1 ? '1 other session works' : `${count} other sessions work`} in this ${inGit ? 'working tree' : 'folder'}`;
}
