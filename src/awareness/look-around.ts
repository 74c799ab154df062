import { isatty } from 'node:tty';
import type { Config } from '../launch/config.js';
import { report } from '../launch/report.js';
import { KnownError } from '../platform/errors.js';
import { confirm } from './confirm.js';
import { othersOn } from './others.js';
import { placeOf } from './place.js';
import { meet, type Met, type Place } from './tier.js';
import { WORKTREE_COMMAND, wordsFor } from './words.js';

export interface Surroundings {
  readonly config: Pick<Config, 'quiet' | 'sameDirectory' | 'stateDir'>;
  readonly sharedDir: string;
  readonly cwd: string;
  /** The client will make a working tree of its own. */
  readonly ownWorktree: boolean;
}

/**
 * Tells the person who launches a session who else works at this moment, and keeps it from starting where they want that. Returns
 * what was said, where it is not safe: the client may take the whole screen, and with it our line. Throws `same-directory` when it is
 * not to start.
 */
export async function lookAround({ config, sharedDir, cwd, ownWorktree }: Surroundings): Promise<string | undefined> {
  const here = placeOf(cwd);
  const met = meet(ownWorktree ? elsewhere(here) : here, othersOn(config.stateDir, sharedDir));
  if (!met) return undefined;
  const inGit = here.repository !== null;
  const { quiet, sameDirectory } = config;
  const isDangerous = met.tier === 'dangerous';
  if (isDangerous && sameDirectory === 'worktree') throw refusal(met, inGit);
  // Nobody can answer where standard input is no terminal.
  const asks = isDangerous && sameDirectory === 'ask' && isatty(0);
  const words = wordsFor(met, inGit);
  if (asks || !quiet) report(words);
  if (asks && !(await confirm('pclaude: start here anyway?'))) throw refusal(met, inGit);
  // Whoever was asked knows it.
  return asks || quiet || met.tier === 'safe' ? undefined : words;
}

/** A working tree that is not there yet. */
function elsewhere({ repository }: Place): Place {
  return { folder: '', repository: repository && { ...repository, worktree: '' } };
}

function refusal({ count }: Met, inGit: boolean): KnownError {
  return new KnownError('same-directory', `${count} here, not started`, inGit ? `run: ${WORKTREE_COMMAND}` : 'go to another folder');
}
