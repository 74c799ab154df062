import { isatty } from 'node:tty';
import { clientFiles } from '../../client/live-clients.js';
import { openIds } from '../../session/locks.js';
import { report } from '../../system/report.js';
import type { SessionLaunch } from '../context.js';
import type { StartingPoint } from './look-around.js';

/**
 * Reports to the user at the terminal which other sessions run now, and returns the folder in which to start and the notice for the client
 * to show. When nothing else runs, it only lists two folders. Throws the errors of `lookForOthers` when the session is not to start.
 */
export async function reportOthers(launch: SessionLaunch): Promise<StartingPoint> {
  const { config, stateDir, shared, invocation, cwd } = launch;
  const alone: StartingPoint = { cwd, notice: undefined };
  const isSilent = config.sameDirectory === 'allow' || (config.quiet && config.sameDirectory === 'warn');
  if (isSilent || invocation.print || !isatty(2)) return alone;
  if (openIds(stateDir).length + clientFiles(shared.dir).length === 0) return alone;
  const { lookForOthers } = await import('./look-around.js');
  return lookForOthers(launch);
}

/**
 * Reports to the user at the terminal that the conversation to be resumed is open elsewhere, and returns the line for the client to show as
 * well. Never delays a launch with a question. Reads nothing when no conversation is resumed.
 */
export async function noticeOpenConversation(launch: SessionLaunch): Promise<string | undefined> {
  const { shared, verbosity, invocation } = launch;
  const { conversation } = invocation;
  if (conversation === undefined || verbosity !== 'normal' || clientFiles(shared.dir).length === 0) return undefined;
  const { openElsewhere } = await import('./others.js');
  const line = openElsewhere(launch, conversation);
  if (line !== undefined) report(line);
  return line;
}
