import { isAbsolute } from 'node:path';
import { loadConfig } from '../config/config.js';
import { loadLayout } from '../config/layout.js';
import { findSharedDir, type SharedDir } from '../client/shared-dir.js';
import { currentFolder } from '../system/process/current-folder.js';
import { UserError } from '../system/errors.js';
import { futureRealPath } from '../system/fs/future-real-path.js';
import { outsideSession } from './home/environment.js';
import type { Store } from './session.js';

/**
 * Reads the config. The state dir is its real path, as launches take it: by that the processes of a session know their
 * home. Throws `config-invalid`.
 */
export async function loadStore(environment: NodeJS.ProcessEnv): Promise<Store> {
  const { stateDir, layout } = await loadConfig(environment);
  return { stateDir: futureRealPath(stateDir), layout: loadLayout(layout) };
}

/** The dir that sessions started here would share. Throws `shared-dir-unusable` where here is no longer a folder. */
export function sharedFromHere(environment: NodeJS.ProcessEnv): SharedDir {
  const shared = findShared(environment);
  if (isNowhere(shared)) {
    throw new UserError('shared-dir-unusable', `CLAUDE_CONFIG_DIR is "${shared.userValue}", below a folder that has been removed`, 'go to another folder');
  }
  return shared;
}

/** The path of that dir, alone in a list; none where here is no longer a folder. */
export function sharedIfAny(environment: NodeJS.ProcessEnv): string[] {
  const shared = findShared(environment);
  return isNowhere(shared) ? [] : [shared.dir];
}

function findShared(environment: NodeJS.ProcessEnv): SharedDir {
  const cwd = currentFolder() ?? '/';
  return findSharedDir(outsideSession(environment, cwd), cwd);
}

/** Is it below the current folder, which has been removed? */
function isNowhere({ userValue }: SharedDir): boolean {
  return userValue !== null && !isAbsolute(userValue) && currentFolder() === undefined;
}
