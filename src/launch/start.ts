import { insideSession, type SessionVariables } from '../session/environment.js';
import type { SessionPaths } from '../session/paths.js';
import { UserError } from '../system/errors.js';
import { reasonOf } from '../system/fs/fs-error.js';
import type { ClientCommand } from './context.js';
import { type ClientExit, type EndedClient, endLike, type ProgramStart, supervise } from './supervise.js';

/** Runs the client on the shared dir itself, and returns how it ended. Throws `client-missing`. */
export async function runOnShared({ client, args, environment }: ClientCommand): Promise<ClientExit> {
  const start = { program: client, args, environment: sharedEnvironment(environment, process.pid), descriptors: [] };
  const { ending, release } = await startClient(start);
  release();
  return ending;
}

/** Runs a client with `supervise`. Throws `client-missing` when it does not start. */
export async function startClient(start: ProgramStart): Promise<EndedClient> {
  try {
    return await supervise(start);
  } catch (error) {
    throw notStarted(start.program, error);
  }
}

/** The error of a client that does not start. `error` is the system's error. */
export function notStarted(client: string, error: unknown): UserError {
  const hint = 'reinstall Claude Code, or set PCLAUDE_CLAUDE_PATH';
  return new UserError('client-missing', `${client} does not start: ${reasonOf(error) ?? String(error)}`, hint, { cause: error });
}

/** Set in every client that pclaude starts. A pclaude whose parent has this pid was started as the client. */
const LAUNCHER_PID = 'PCLAUDE_LAUNCHER_PID';

/** How many pclaude processes a client runs in. It stops an endless chain: a script that calls pclaude, found as the client. */
const NESTING = 'PCLAUDE_NESTING';

/** Deeper than any intended nesting: a session that starts a session makes two or three. */
const DEEPEST = 8;

/** Returns whether this process was started as the client: by pclaude itself, or by a script that pclaude took for the client. */
export function startedAsClient(environment: NodeJS.ProcessEnv, parent: number): boolean {
  return environment[LAUNCHER_PID] === String(parent) || nesting(environment) >= DEEPEST;
}

/** Returns the environment of a session's client. `environment` is one outside any session. */
export function sessionEnvironment(
  environment: NodeJS.ProcessEnv,
  session: SessionVariables,
  paths: SessionPaths,
  launcher: number,
): NodeJS.ProcessEnv {
  return { ...insideSession(environment, session, paths), ...launcherVariables(environment, launcher) };
}

/** Returns the environment of a client that works on the shared dir itself. `environment` is one outside any session. */
export function sharedEnvironment(environment: NodeJS.ProcessEnv, launcher: number): NodeJS.ProcessEnv {
  return { ...environment, ...launcherVariables(environment, launcher) };
}

/** The variables by which a pclaude that is started as the client recognizes that. */
function launcherVariables(environment: NodeJS.ProcessEnv, launcher: number): Record<string, string> {
  return { [LAUNCHER_PID]: String(launcher), [NESTING]: String(nesting(environment) + 1) };
}

function nesting(environment: NodeJS.ProcessEnv): number {
  const value = Number(environment[NESTING]);
  return Number.isSafeInteger(value) ? Math.max(value, 0) : 0;
}

/**
 * Replaces this process by the program, as `exec` does, if Node can (22.15 and later). Node's `execve` closes the channel to a parent, so a
 * process with such a channel runs the program as a child, and ends with its exit code or signal. Adds, removes and prints nothing. Throws
 * the system's error when the program does not start.
 */
export async function passOn(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const execve: unknown = Reflect.get(process, 'execve');
  if (typeof execve === 'function' && !process.channel) Reflect.apply(execve, process, [program, [program, ...args], environment]);
  const { ending, release } = await supervise({ program, args, environment, descriptors: process.channel ? ['ipc'] : [] });
  release();
  endLike(ending);
}
