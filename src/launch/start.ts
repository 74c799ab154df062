import type { SharedDir } from '../client/shared-dir.js';
import { UserError } from '../system/errors.js';
import { reasonOf } from '../system/fs/fs-error.js';
import { sharedEnvironment } from './environment.js';
import { type ClientExit, supervise } from './running/supervise.js';

export interface SharedRun {
  readonly client: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly shared: SharedDir;
}

/** Runs the client on the shared dir itself, and returns how it ended. Throws `client-missing`. */
export async function runOnShared({ client, args, environment }: SharedRun): Promise<ClientExit> {
  const { ending, release } = await start(client, args, sharedEnvironment(environment, process.pid), []);
  release();
  return ending;
}

/** Runs the client with `supervise`. Throws `client-missing` when it does not start. */
export async function start(
  client: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  descriptors: readonly number[],
  beforeStop?: () => void,
): Promise<{ ending: ClientExit; release: () => void }> {
  try {
    return await supervise({ program: client, args, environment, descriptors, ...(beforeStop && { beforeStop }) });
  } catch (error) {
    throw notStarted(client, error);
  }
}

/** `error` is the system's error. */
export function notStarted(client: string, error: unknown): UserError {
  const hint = 'reinstall Claude Code, or set PCLAUDE_CLAUDE_PATH';
  return new UserError('client-missing', `${client} does not start: ${reasonOf(error) ?? String(error)}`, hint, { cause: error });
}
