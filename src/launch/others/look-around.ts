import { isatty } from 'node:tty';
import { UserError } from '../../system/errors.js';
import { newId } from '../../system/id.js';
import { report } from '../../system/report.js';
import { confirm } from '../confirm.js';
import type { SessionLaunch } from '../context.js';
import { nearestOthers, type NearestOthers, othersOn, type WorkingFolder, workingFolderOf } from './others.js';

/** Where a session starts. */
export interface StartingPoint {
  readonly cwd: string;
  /** What the client shows when it starts. */
  readonly notice: string | undefined;
}

/**
 * Reports to the user who launches a session which other sessions run now. If configured so, the session starts in a worktree of its own,
 * or only after the user agrees. The notice repeats the warning about others in the same working tree, because the client may take the
 * whole screen, and with it the reported line. Throws `same-directory` when the session is not to start, and the errors of `addWorktree`.
 */
export async function lookForOthers(launch: SessionLaunch): Promise<StartingPoint> {
  const { config, stateDir, shared, cwd, invocation } = launch;
  const here = workingFolderOf(cwd);
  const others = nearestOthers(invocation.worktree ? newWorktreeOf(here) : here, othersOn(stateDir, shared.dir));
  if (!others) return { cwd, notice: undefined };
  const inGit = here.repository !== null;
  const { quiet, sameDirectory } = config;
  const isSameTree = others.proximity === 'working-tree';
  if (isSameTree && sameDirectory === 'worktree') {
    // The client looks for a conversation in the folder where it was held.
    if (!inGit || invocation.resumes) throw refusal(others, inGit);
    return { cwd: await enterOwnWorktree(launch), notice: undefined };
  }
  // The user can answer only when standard input is a terminal.
  const asks = isSameTree && sameDirectory === 'ask' && isatty(0);
  const words = wordsFor(others, inGit);
  if (asks || !quiet) report(words);
  if (asks && !(await confirm('pclaude: start here anyway?'))) throw refusal(others, inGit);
  // A user who was asked has already read it.
  return { cwd, notice: asks || quiet || !isSameTree ? undefined : words };
}

/** A part of an id is enough to name a branch. */
const NAME_LENGTH = 6;

/**
 * Adds a worktree for a session that would otherwise start where others work, on a branch of its own from the current HEAD. Changes to the
 * worktree and returns its path. Throws the errors of `addWorktree`; the session must not start then.
 */
async function enterOwnWorktree({ config, stateDir, environment, shared, cwd }: SessionLaunch): Promise<string> {
  // Most launches make no worktree, and do not load the code for it.
  const { addWorktree } = await import('../../worktree/make/add.js');
  const context = { environment, cwd, stateDir, shared, config: config.worktree, report };
  const { path, branch } = await addWorktree(context, `session/${newId().slice(0, NAME_LENGTH)}`, undefined);
  process.chdir(path);
  report(`other sessions work here, so this one starts in a worktree of its own: ${path} (branch ${branch})`);
  return path;
}

/** Returns a working tree of the same repository that does not exist yet. */
function newWorktreeOf({ repository }: WorkingFolder): WorkingFolder {
  return { folder: '', repository: repository && { ...repository, worktree: '' } };
}

function refusal(others: NearestOthers, inGit: boolean): UserError {
  return new UserError(
    'same-directory',
    refusalWords(others, inGit),
    inGit ? `start in a worktree of your own: ${WORKTREE_COMMAND}` : 'go to another folder',
  );
}

/** Adds a worktree for a new session, and starts the session there. */
const WORKTREE_COMMAND = 'pclaudectl worktree add BRANCH --launch';

/** Lists the running sessions and where they work. */
const SESSIONS_COMMAND = 'pclaudectl sessions';

/**
 * Returns the message at a launch, without the name of the program: which sessions are near, what that means, and which command helps. Only
 * sessions in one working tree can disturb each other.
 */
export function wordsFor({ proximity, count, plain }: NearestOthers, inGit: boolean): string {
  const who = `${count === 1 ? '1 other session works' : `${count} other sessions work`} in `;
  const some = plain === 0 ? '' : ` (${plain} plain claude)`;
  if (proximity === 'elsewhere') return `${who}other folders${some}: ${SESSIONS_COMMAND}`;
  if (proximity === 'repository') return `${who}other worktrees of this repository${some}: ${SESSIONS_COMMAND}`;
  const here = `${who}this ${inGit ? 'working tree' : 'folder'}${some}: your edits may collide;`;
  return inGit ? `${here} work in your own: ${WORKTREE_COMMAND}` : `${here} to see who: ${SESSIONS_COMMAND}`;
}

/** Returns the reason why a session does not start where others work. */
export function refusalWords({ count }: NearestOthers, inGit: boolean): string {
  return `not started, because ${count === 1 ? '1 other session works' : `${count} other sessions work`} in this ${inGit ? 'working tree' : 'folder'}`;
}
