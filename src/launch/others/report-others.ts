import { isatty } from 'node:tty';
import { clientFiles } from '../../client/running/client-files.js';
import type { Start } from './look-around.js';
import type { SharedDir } from '../../client/shared-dir.js';
import { openIds } from '../../session/live.js';
import type { SessionInvocation } from '../../client/arguments.js';
import type { Config } from '../../config/config.js';
import { report } from '../../system/report.js';
import type { Verbosity } from '../messages/verbosity.js';

interface Launch {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly shared: SharedDir;
  readonly invocation: SessionInvocation;
  readonly cwd: string;
}

/**
 * Tells the person at the terminal who else works at this moment, and returns where to start, and what they are to see inside, too.
 * Where nobody does it only lists two folders. Throws what `lookAround` throws when it is not to start.
 */
export async function reportOthers(launch: Launch): Promise<Start> {
  const { config, shared, invocation, cwd } = launch;
  const alone: Start = { cwd, notice: undefined };
  const isSilent = config.sameDirectory === 'allow' || (config.quiet && config.sameDirectory === 'warn');
  if (isSilent || invocation.print || !isatty(2)) return alone;
  if (openIds(config.stateDir).length + clientFiles(shared.dir).length === 0) return alone;
  const { lookAround } = await import('./look-around.js');
  return lookAround(launch);
}

/**
 * Tells the person at the terminal that the conversation which they resume is open elsewhere, and returns that for them to see inside, too. It
 * never holds up a launch. Where nothing is resumed it looks at nothing.
 */
export async function noticeOpenConversation({ config, shared, invocation: { conversation }, cwd }: Launch, voice: Verbosity): Promise<string | undefined> {
  if (conversation === undefined || voice !== 'all' || clientFiles(shared.dir).length === 0) return undefined;
  const { openElsewhere } = await import('./open-elsewhere.js');
  const line = openElsewhere({ stateDir: config.stateDir, sharedDir: shared.dir, cwd, choice: conversation });
  if (line !== undefined) report(line);
  return line;
}
