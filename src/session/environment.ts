import { isAbsolute, join, resolve } from 'node:path';
import { findSharedDir, type SharedDir } from '../client/shared-dir.js';
import { type Manifest, manifestOfHome } from './manifest.js';
import type { SessionPaths } from './paths.js';

type Environment = NodeJS.ProcessEnv;

/** The variables that a session adds, beside `CLAUDE_CONFIG_DIR`. */
const ADDED_VARIABLES = [
  'PCLAUDE_HOME',
  'PCLAUDE_SESSION_ID',
  'PCLAUDE_USER_CONFIG_DIR',
  'PCLAUDE_BRANCH',
  'PCLAUDE_SLOT',
  'PCLAUDE_PORT_BASE',
] as const;

/**
 * With this variable a host declares that it owns the config dir: the client then replaces a broken state file by defaults, where it
 * would otherwise exit. It counts only when it is an absolute path, and equal to `CLAUDE_CONFIG_DIR` to the letter (seen in 2.1.332).
 */
const HOST_OWNED = 'CLAUDE_CODE_HOST_OWNED_CONFIG_DIR';

/** The part of a manifest that goes into the environment of the session. */
export type SessionVariables = Pick<Manifest, 'shared' | 'branch' | 'slot'>;

/**
 * The environment of a session: `environment`, which must be one outside any session, with the few variables that make the
 * home private. If the user has set one of the variables of `sharedNames`, the user's value is kept.
 */
export function insideSession(environment: Environment, { shared, branch, slot }: SessionVariables, paths: SessionPaths): Environment {
  const { CLAUDE_CODE_PROJECT_DIR_NAME: name, [HOST_OWNED]: owned, ...others } = environment;
  return {
    ...sharedNames(shared),
    ...others,
    // It counts only beside a CLAUDE_CONFIG_DIR (seen in 2.1.332). If the user has set none, the session's own must not activate it.
    ...(name !== undefined && shared.userValue && { CLAUDE_CODE_PROJECT_DIR_NAME: name }),
    // A host that owns the user's dir owns the session's copies of its files as well.
    ...(owned !== undefined && { [HOST_OWNED]: isAbsolute(owned) && owned === environment['CLAUDE_CONFIG_DIR'] ? paths.home : owned }),
    CLAUDE_CONFIG_DIR: paths.home,
    PCLAUDE_HOME: paths.home,
    PCLAUDE_SESSION_ID: paths.id,
    PCLAUDE_USER_CONFIG_DIR: lastingValue(shared) ?? '',
    PCLAUDE_BRANCH: branch ?? '',
    ...(slot && { PCLAUDE_SLOT: String(slot.number) }),
    ...(slot?.portBase && { PCLAUDE_PORT_BASE: String(slot.portBase) }),
  };
}

/**
 * The environment as it was outside the session. A program that is started with it uses the session's shared dir, so that homes are
 * never chained. Outside any session it returns `environment` unchanged. A `CLAUDE_CONFIG_DIR` that was set inside the session is kept,
 * unless it names the home of a session; the variables that the session added for its own dir are removed.
 */
export function outsideSession(environment: Environment, cwd: string): Environment {
  const session = sessionAround(environment, cwd);
  if (session === undefined) return environment;
  const outside = { ...environment };
  for (const name of ADDED_VARIABLES) delete outside[name];
  for (const [name, added] of Object.entries(sharedNames(session.shared))) if (outside[name] === added) delete outside[name];
  if (!session.isHome) return outside;
  const value = lastingValue(session.shared);
  const names = outside[HOST_OWNED] === environment['CLAUDE_CONFIG_DIR'] ? ['CLAUDE_CONFIG_DIR', HOST_OWNED] : ['CLAUDE_CONFIG_DIR'];
  for (const name of names) {
    if (value === null) delete outside[name];
    else outside[name] = value;
  }
  return outside;
}

interface Around {
  /** The shared dir of the session. */
  readonly shared: SharedDir;
  /** Whether `CLAUDE_CONFIG_DIR` is the home of a session, and not another dir that was set inside the session. */
  readonly isHome: boolean;
}

/** The session that an environment belongs to. Most launches are outside any session, and read no file to find that out. */
function sessionAround(environment: Environment, cwd: string): Around | undefined {
  const { CLAUDE_CONFIG_DIR: own, PCLAUDE_HOME: home, PCLAUDE_USER_CONFIG_DIR: user } = environment;
  const parent = home === undefined ? undefined : findSharedDir({ CLAUDE_CONFIG_DIR: user }, '/');
  if (parent && own === home) return { shared: parent, isHome: true };
  // The home may be spelled differently, or its other variables may be missing, as after `sudo` or `env -i`.
  const manifest = own ? manifestOfHome(resolve(cwd, own)) : undefined;
  if (manifest) return { shared: manifest.shared, isHome: true };
  return parent && { shared: parent, isHome: false };
}

/** The user's own `CLAUDE_CONFIG_DIR`, in a form that does not depend on the current folder; null when the user has set none. */
function lastingValue({ userValue, dir }: SharedDir): string | null {
  return userValue === null || isAbsolute(userValue) ? userValue : dir;
}

function sharedNames(shared: SharedDir): Record<string, string> {
  return {
    // Credentials, and the lock around their refresh, stay in the shared dir. The empty string is the default store, on macOS
    // the Keychain item without a suffix. For other values the suffix is made of the variable's literal value (seen in 2.1.329).
    CLAUDE_SECURESTORAGE_CONFIG_DIR: (process.platform === 'darwin' ? shared.userValue : lastingValue(shared)) ?? '',
    // Plugins record the absolute paths at which they are installed.
    CLAUDE_CODE_PLUGIN_CACHE_DIR: join(shared.dir, 'plugins'),
  };
}
