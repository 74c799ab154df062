import { isatty } from 'node:tty';
import type { SessionInvocation } from '../../client/arguments.js';
import { clientFiles } from '../../client/live-clients.js';
import type { SharedDir } from '../../client/shared-dir.js';
import type { Config } from '../../config/config.js';
import { openIds } from '../../session/locks.js';
import { report } from '../../system/report.js';
import type { Verbosity } from '../verbosity.js';
import type { Start } from './look-around.js';

interface Launch {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly shared: SharedDir;
  readonly invocation: SessionInvocation;
  readonly cwd: string;
}

/**
 * Reports to the user at the terminal which other sessions run now, and returns the folder in which to start and the notice for the client
 * to show. When nothing else runs, it only lists two folders. Throws the errors of `lookAround` when the session is not to start.
 */
export async function reportOthers(launch: Launch): Promise<Start> {
  const { config, shared, invocation, cwd } = launch;
  const alone: Start = { cwd, notice: undefined };
  const isSilent = config.sameDirectory === 'allow' || (config.quiet && config.sameDirectory === 'warn');
  if (isSilent || invocation.print || !isatty(2)) return alone;
  if (openIds(config.stateDir).length + clientFiles(shared.dir).length === 0) return alone;
  const { lookForOthers } = await import('./look-around.js');
  return lookForOthers(launch);
}

/**
 * Reports to the user at the terminal that the conversation to be resumed is open elsewhere, and returns the line for the client to show as
 * well. Never delays a launch with a question. Reads nothing when no conversation is resumed.
 */
export async function noticeOpenConversation(
  { config, shared, environment, invocation: { conversation }, cwd }: Launch,
  voice: Verbosity,
): Promise<string | undefined> {
  if (conversation === undefined || voice !== 'all' || clientFiles(shared.dir).length === 0) return undefined;
  const { openElsewhere } = await import('./others.js');
  const line = openElsewhere({ stateDir: config.stateDir, shared, environment, cwd, choice: conversation });
  if (line !== undefined) report(line);
  return line;
}
