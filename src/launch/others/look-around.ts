import { isatty } from 'node:tty';
import type { SharedDir } from '../../client/shared-dir.js';
import type { SessionInvocation } from '../../client/arguments.js';
import type { Config } from '../../config/config.js';
import { report } from '../../system/report.js';
import { UserError } from '../../system/errors.js';
import { confirm } from './confirm.js';
import { othersOn } from './others.js';
import { placeOf } from './place.js';
import { nearestConflict, type NearestConflict, type Place } from './proximity.js';
import { refusalWords, WORKTREE_COMMAND, wordsFor } from './words.js';

export interface Surroundings {
  readonly config: Pick<Config, 'quiet' | 'sameDirectory' | 'stateDir' | 'worktree'>;
  readonly environment: NodeJS.ProcessEnv;
  readonly shared: SharedDir;
  readonly cwd: string;
  readonly invocation: Pick<SessionInvocation, 'worktree' | 'resumes'>;
}

/** Where a session starts, and what its person is to see inside it, too. */
export interface Start {
  readonly cwd: string;
  readonly notice: string | undefined;
}

/**
 * Tells the person who launches a session who else works at this moment, and keeps it from starting there where they want that: it
 * starts in a working tree of its own, or not at all. The notice is what was said of others in the same working tree: the client
 * may take the whole screen, and with it our line. Throws `same-directory` when it is not to start, and what `addWorktree` throws.
 */
export async function lookAround(surroundings: Surroundings): Promise<Start> {
  const { config, shared, cwd, invocation } = surroundings;
  const here = placeOf(cwd);
  const met = nearestConflict(invocation.worktree ? elsewhere(here) : here, othersOn(config.stateDir, shared.dir));
  if (!met) return { cwd, notice: undefined };
  const inGit = here.repository !== null;
  const { quiet, sameDirectory } = config;
  const isSameTree = met.tier === 'working-tree';
  if (isSameTree && sameDirectory === 'worktree') {
    // A conversation is looked for where it was.
    if (!inGit || invocation.resumes) throw refusal(met, inGit);
    return { cwd: await ownWorktree(surroundings), notice: undefined };
  }
  // Nobody can answer where standard input is no terminal.
  const asks = isSameTree && sameDirectory === 'ask' && isatty(0);
  const words = wordsFor(met, inGit);
  if (asks || !quiet) report(words);
  if (asks && !(await confirm('pclaude: start here anyway?'))) throw refusal(met, inGit);
  // Whoever was asked knows it.
  return { cwd, notice: asks || quiet || !isSameTree ? undefined : words };
}

/** Loaded apart: most launches need none. */
async function ownWorktree({ config, environment, shared, cwd }: Surroundings): Promise<string> {
  const { enterOwnWorktree } = await import('./own-worktree.js');
  return enterOwnWorktree({ environment, cwd, stateDir: config.stateDir, shared, sharedDir: shared.dir, config: config.worktree, tell: report });
}

/** A working tree that is not there yet. */
function elsewhere({ repository }: Place): Place {
  return { folder: '', repository: repository && { ...repository, worktree: '' } };
}

function refusal(met: NearestConflict, inGit: boolean): UserError {
  return new UserError('same-directory', refusalWords(met, inGit), inGit ? `start in a worktree of your own: ${WORKTREE_COMMAND}` : 'go to another folder');
}
