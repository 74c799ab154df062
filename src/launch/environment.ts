import { insideSession, type Told } from '../session/home/environment.js';
import type { SessionPaths } from '../session/paths.js';

type Environment = NodeJS.ProcessEnv;

/** Set in every client we start; a pclaude whose parent process it names was started as the client. */
const LAUNCHER_PID = 'PCLAUDE_LAUNCHER_PID';

/** How many of us a client runs in. A script that calls pclaude, found as the client, would make it grow for ever. */
const NESTING = 'PCLAUDE_NESTING';

/** Deeper than anybody means to go: sessions that start sessions are two or three. */
const DEEPEST = 8;

/** Tells whether we were started in the place of the client: by ourselves, or by a script that we took for it. */
export function startedAsClient(environment: Environment, parent: number): boolean {
  return environment[LAUNCHER_PID] === String(parent) || nesting(environment) >= DEEPEST;
}

/** The environment of a session's client. `environment` is one outside any session. */
export function sessionEnvironment(environment: Environment, session: Told, paths: SessionPaths, launcher: number): Environment {
  return { ...insideSession(environment, session, paths), ...trace(environment, launcher) };
}

/** The environment for a client that works on the shared dir itself. `environment` is one outside any session. */
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
