import { isAbsolute } from 'node:path';
import { findSharedDir, type SharedDir } from '../client/shared-dir.js';
import { loadConfig } from '../config/config.js';
import { type Layout, loadLayout } from '../config/layout.js';
import { UserError } from '../system/errors.js';
import { futureRealPath } from '../system/fs/paths.js';
import { currentFolder } from '../system/process.js';
import { outsideSession } from './environment.js';
import { type Manifest, readManifest } from './manifest.js';
import { type SessionPaths, sessionPaths } from './paths.js';

/** The sessions of one state dir, and the layout that says how their files are shared and merged. */
export interface Store {
  /** The state dir, absolute. */
  readonly stateDir: string;
  readonly layout: Layout;
}

/** A store, and the shared dir of sessions that are started here. */
export interface StoreHere extends Store {
  readonly shared: SharedDir;
}

/** A session as its session dir describes it. */
export interface FoundSession {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** One session of a store. */
export interface Session extends Store, FoundSession {}

/**
 * The state dir in the config, as its real path, as in a launch: the processes of a session identify their home by that path. Throws
 * `config-invalid`.
 */
export async function loadStateDir(environment: NodeJS.ProcessEnv): Promise<string> {
  return futureRealPath((await loadConfig(environment)).stateDir);
}

/** The state dir, as `loadStateDir` finds it, and the layout. Throws `config-invalid`. */
export async function loadStore(environment: NodeJS.ProcessEnv): Promise<Store> {
  const { stateDir, layout } = await loadConfig(environment);
  return { stateDir: futureRealPath(stateDir), layout: loadLayout(layout) };
}

/** The store, and the shared dir. Throws `config-invalid`, and `shared-dir-unusable` as `sharedFromHere` does. */
export async function loadStoreHere(environment: NodeJS.ProcessEnv): Promise<StoreHere> {
  return { ...(await loadStore(environment)), shared: sharedFromHere(environment) };
}

/**
 * The shared dir of sessions that are started here. Throws `shared-dir-unusable` when `CLAUDE_CONFIG_DIR` is a relative path and the
 * current folder has been removed.
 */
export function sharedFromHere(environment: NodeJS.ProcessEnv): SharedDir {
  const shared = findShared(environment);
  if (isNowhere(shared)) {
    throw new UserError(
      'shared-dir-unusable',
      `CLAUDE_CONFIG_DIR is "${shared.userValue}", below a folder that has been removed`,
      'go to another folder',
    );
  }
  return shared;
}

/** The path of that shared dir as a list of one; an empty list in the case in which `sharedFromHere` throws. */
export function sharedIfAny(environment: NodeJS.ProcessEnv): string[] {
  const shared = findShared(environment);
  return isNowhere(shared) ? [] : [shared.dir];
}

function findShared(environment: NodeJS.ProcessEnv): SharedDir {
  const cwd = currentFolder() ?? '/';
  return findSharedDir(outsideSession(environment, cwd), cwd);
}

/** Whether the shared dir is below the current folder, and that has been removed. */
function isNowhere({ userValue }: SharedDir): boolean {
  return userValue !== null && !isAbsolute(userValue) && currentFolder() === undefined;
}

/** The session in which this program was started, by its environment. Undefined outside any session, and in a session of another state dir. */
export function sessionHere(environment: NodeJS.ProcessEnv, stateDir: string): FoundSession | undefined {
  const id = environment['PCLAUDE_SESSION_ID'];
  if (!id) return undefined;
  const paths = sessionPaths(stateDir, id);
  const manifest = readManifest(paths.manifest);
  // The variable may contain anything, for example a path.
  return manifest?.id === id ? { paths, manifest } : undefined;
}
