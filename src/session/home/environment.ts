import { isAbsolute, join, resolve } from 'node:path';
import { findSharedDir, type SharedDir } from '../../client/shared-dir.js';
import { type Manifest, manifestOfHome } from '../manifest.js';
import type { SessionPaths } from '../paths.js';

type Environment = NodeJS.ProcessEnv;

/** What a session adds of its own, beside `CLAUDE_CONFIG_DIR`. */
const OURS = ['PCLAUDE_HOME', 'PCLAUDE_SESSION_ID', 'PCLAUDE_USER_CONFIG_DIR', 'PCLAUDE_BRANCH', 'PCLAUDE_SLOT', 'PCLAUDE_PORT_BASE'] as const;

/**
 * With it a host claims the config dir: a broken state file in it is replaced by defaults, where the client would end otherwise. It counts
 * where it is absolute, and `CLAUDE_CONFIG_DIR` to the letter (2.1.332).
 */
const HOST_OWNED = 'CLAUDE_CODE_HOST_OWNED_CONFIG_DIR';

/** What the environment of a session tells of it. */
export type Told = Pick<Manifest, 'shared' | 'branch' | 'slot'>;

/**
 * The environment of a session: the caller's, which is one outside any session, and the few variables that make its home
 * private. Where the user has set one of the shared names, theirs stands.
 */
export function insideSession(environment: Environment, { shared, branch, slot }: Told, paths: SessionPaths): Environment {
  const { CLAUDE_CODE_PROJECT_DIR_NAME: name, [HOST_OWNED]: owned, ...others } = environment;
  return {
    ...sharedNames(shared),
    ...others,
    // It counts only beside a CLAUDE_CONFIG_DIR (2.1.332). Where the user has set none, ours must not wake it up.
    ...(name !== undefined && shared.userValue && { CLAUDE_CODE_PROJECT_DIR_NAME: name }),
    // A host that says so of the user's dir means the session's copies of its files as well.
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
 * The same environment as it was outside the session: what is started there belongs to the dir that the session shares, homes
 * are never chained. It is the caller's, untouched, where there is no session. A `CLAUDE_CONFIG_DIR` that somebody has set
 * inside a session stands, unless it names the home of one; and what the session added for its own dir goes.
 */
export function outsideSession(environment: Environment, cwd: string): Environment {
  const session = sessionAround(environment, cwd);
  if (session === undefined) return environment;
  const outside = { ...environment };
  for (const name of OURS) delete outside[name];
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
  /** The dir that the session shares. */
  readonly shared: SharedDir;
  /** Is `CLAUDE_CONFIG_DIR` the home of a session, and not a dir that somebody has chosen? */
  readonly isHome: boolean;
}

/** Most launches find nothing here, and read no file to know it. */
function sessionAround(environment: Environment, cwd: string): Around | undefined {
  const { CLAUDE_CONFIG_DIR: own, PCLAUDE_HOME: home, PCLAUDE_USER_CONFIG_DIR: user } = environment;
  const parent = home === undefined ? undefined : findSharedDir({ CLAUDE_CONFIG_DIR: user }, '/');
  if (parent && own === home) return { shared: parent, isHome: true };
  // A home in other words, or one whose other names did not come along, as through `sudo` or `env -i`.
  const manifest = own ? manifestOfHome(resolve(cwd, own)) : undefined;
  if (manifest) return { shared: manifest.shared, isHome: true };
  return parent && { shared: parent, isHome: false };
}

/** The user's own `CLAUDE_CONFIG_DIR`, in words that mean the same after a `cd`; null when they have set none. */
function lastingValue({ userValue, dir }: SharedDir): string | null {
  return userValue === null || isAbsolute(userValue) ? userValue : dir;
}

function sharedNames(shared: SharedDir): Record<string, string> {
  return {
    // Credentials, and the lock around their refresh, stay in the shared dir. The empty string is the default store, on
    // macOS the Keychain item without a suffix; the others have a suffix made of the very words of the variable (2.1.329).
    CLAUDE_SECURESTORAGE_CONFIG_DIR: (process.platform === 'darwin' ? shared.userValue : lastingValue(shared)) ?? '',
    // Plugins record absolute paths of where they are installed.
    CLAUDE_CODE_PLUGIN_CACHE_DIR: join(shared.dir, 'plugins'),
  };
}
