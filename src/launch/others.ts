import { isatty } from 'node:tty';
import { clientFiles } from '../clients/client-files.js';
import type { SharedDir } from '../layout/shared-dir.js';
import { openIds } from '../session/live.js';
import type { SessionInvocation } from './arguments.js';
import type { Config } from './config.js';

interface Launch {
  readonly config: Config;
  readonly shared: SharedDir;
  readonly invocation: SessionInvocation;
  readonly cwd: string;
}

/**
 * Tells the person at the terminal who else works at this moment, and returns what they are to see inside, too, if anything. Where
 * nobody does it only lists two folders. Throws `same-directory` when the person does not want to start here.
 */
export async function noticeOthers({ config, shared, invocation, cwd }: Launch): Promise<string | undefined> {
  const isSilent = config.sameDirectory === 'allow' || (config.quiet && config.sameDirectory === 'warn');
  if (isSilent || invocation.print || !isatty(2)) return undefined;
  if (openIds(config.stateDir).length + clientFiles(shared.dir).length === 0) return undefined;
  const { lookAround } = await import('../awareness/look-around.js');
  return lookAround({ config, sharedDir: shared.dir, cwd, ownWorktree: invocation.worktree });
}
