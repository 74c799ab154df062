import { join } from 'node:path';
import type { SharedDir } from '../layout/shared-dir.js';
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

/**
 * The environment of a session's client: the caller's, and the few variables that make its home private. Where the
 * user has set one of the shared names, theirs stands.
 */
export function sessionEnvironment(environment: Environment, shared: SharedDir, paths: SessionPaths, launcher: number): Environment {
  return {
    ...sharedNames(shared),
    ...environment,
    CLAUDE_CONFIG_DIR: paths.home,
    PCLAUDE_HOME: paths.home,
    PCLAUDE_SESSION_ID: paths.id,
    PCLAUDE_USER_CONFIG_DIR: shared.userValue ?? '',
    ...trace(environment, launcher),
  };
}

/** The environment for a client that works on the shared dir itself: the caller's without what a session added. */
export function sharedEnvironment(environment: Environment, shared: SharedDir, launcher: number): Environment {
  const plain: Environment = { ...environment, ...trace(environment, launcher) };
  const home = environment['PCLAUDE_HOME'];
  if (home === undefined || environment['CLAUDE_CONFIG_DIR'] !== home) return plain;
  delete plain['CLAUDE_CONFIG_DIR'];
  for (const [name, ours] of Object.entries(sharedNames(shared))) if (plain[name] === ours) delete plain[name];
  return shared.userValue === null ? plain : { ...plain, CLAUDE_CONFIG_DIR: shared.userValue };
}

function trace(environment: Environment, launcher: number): Record<string, string> {
  return { [LAUNCHER_PID]: String(launcher), [NESTING]: String(nesting(environment) + 1) };
}

function nesting(environment: Environment): number {
  const value = Number(environment[NESTING]);
  return Number.isSafeInteger(value) ? Math.max(value, 0) : 0;
}

function sharedNames(shared: SharedDir): Record<string, string> {
  return {
    // Credentials, and the lock around their refresh, stay in the shared dir. The empty string is the default store, on
    // macOS the Keychain item without a suffix. Source: seen in 2.1.144 to 2.1.329.
    CLAUDE_SECURESTORAGE_CONFIG_DIR: shared.userValue ?? '',
    // Plugins record absolute paths of where they are installed.
    CLAUDE_CODE_PLUGIN_CACHE_DIR: join(shared.dir, 'plugins'),
  };
}
