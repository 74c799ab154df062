import { isatty } from 'node:tty';
import type { SessionInvocation } from '../../client/arguments.js';
import type { SharedDir } from '../../client/shared-dir.js';
import type { Config } from '../../config/config.js';
import { UserError } from '../../system/errors.js';
import { report } from '../../system/report.js';
import { confirm } from '../confirm.js';
import { nearestOthers, type NearestOthers, othersOn, placeOf, type WorkingPlace } from './others.js';

interface Surroundings {
  readonly config: Pick<Config, 'quiet' | 'sameDirectory' | 'stateDir' | 'worktree'>;
  readonly environment: NodeJS.ProcessEnv;
  readonly shared: SharedDir;
  readonly cwd: string;
  readonly invocation: Pick<SessionInvocation, 'worktree' | 'resumes'>;
}

/** The folder in which a session starts, and the notice that the client shows when it starts. */
export interface Start {
  readonly cwd: string;
  readonly notice: string | undefined;
}

/**
 * Reports to the user who launches a session which other sessions run now. If configured so, the session starts in a worktree of its own,
 * or only after the user agrees. The notice repeats the warning about others in the same working tree, because the client may take the
 * whole screen, and with it the reported line. Throws `same-directory` when the session is not to start, and the errors of `addWorktree`.
 */
export async function lookForOthers(surroundings: Surroundings): Promise<Start> {
  const { config, shared, cwd, invocation } = surroundings;
  const here = placeOf(cwd);
  const met = nearestOthers(invocation.worktree ? elsewhere(here) : here, othersOn(config.stateDir, shared.dir));
  if (!met) return { cwd, notice: undefined };
  const inGit = here.repository !== null;
  const { quiet, sameDirectory } = config;
  const isSameTree = met.tier === 'working-tree';
  if (isSameTree && sameDirectory === 'worktree') {
    // The client looks for a conversation in the folder where it was held.
    if (!inGit || invocation.resumes) throw refusal(met, inGit);
    return { cwd: await ownWorktree(surroundings), notice: undefined };
  }
  // The user can answer only when standard input is a terminal.
  const asks = isSameTree && sameDirectory === 'ask' && isatty(0);
  const words = wordsFor(met, inGit);
  if (asks || !quiet) report(words);
  if (asks && !(await confirm('pclaude: start here anyway?'))) throw refusal(met, inGit);
  // A user who was asked has already read it.
  return { cwd, notice: asks || quiet || !isSameTree ? undefined : words };
}

/** Loads the module only when it is needed: most launches make no worktree. */
async function ownWorktree({ config, environment, shared, cwd }: Surroundings): Promise<string> {
  const { enterOwnWorktree } = await import('./own-worktree.js');
  return enterOwnWorktree({
    environment,
    cwd,
    stateDir: config.stateDir,
    shared,
    sharedDir: shared.dir,
    config: config.worktree,
    tell: report,
  });
}

/** Returns the place of a working tree of the same repository that does not exist yet. */
function elsewhere({ repository }: WorkingPlace): WorkingPlace {
  return { folder: '', repository: repository && { ...repository, worktree: '' } };
}

function refusal(met: NearestOthers, inGit: boolean): UserError {
  return new UserError(
    'same-directory',
    refusalWords(met, inGit),
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
