import { insideSession, type SessionVariables } from '../session/home/environment.js';
import type { SessionPaths } from '../session/paths.js';

type Environment = NodeJS.ProcessEnv;

/** Set in every client that pclaude starts. A pclaude whose parent has this pid was started as the client. */
const LAUNCHER_PID = 'PCLAUDE_LAUNCHER_PID';

/** How many pclaude processes a client runs in. It stops an endless chain: a script that calls pclaude, found as the client. */
const NESTING = 'PCLAUDE_NESTING';

/** Deeper than any intended nesting: a session that starts a session makes two or three. */
const DEEPEST = 8;

/** Returns whether this process was started as the client: by pclaude itself, or by a script that pclaude took for the client. */
export function startedAsClient(environment: Environment, parent: number): boolean {
  return environment[LAUNCHER_PID] === String(parent) || nesting(environment) >= DEEPEST;
}

/** Returns the environment of a session's client. `environment` is one outside any session. */
export function sessionEnvironment(
  environment: Environment,
  session: SessionVariables,
  paths: SessionPaths,
  launcher: number,
): Environment {
  return { ...insideSession(environment, session, paths), ...trace(environment, launcher) };
}

/** Returns the environment of a client that works on the shared dir itself. `environment` is one outside any session. */
export function sharedEnvironment(environment: Environment, launcher: number): Environment {
  return { ...environment, ...trace(environment, launcher) };
}

function trace(environment: Environment, launcher: number): Record<string, string> {
  return { [LAUNCHER_PID]: String(launcher), [NESTING]: String(nesting(environment) + 1) };
}

function nesting(environment: Environment): number {
  const value = Number(environment[NESTING]);
  return Number.isSafeInteger(value) ? Math.max(value, 0) : 0;
}
