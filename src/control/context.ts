import { isAbsolute } from 'node:path';
import { loadConfig } from '../launch/config.js';
import { type Layout, loadLayout } from '../layout/layout.js';
import { findSharedDir, type SharedDir } from '../layout/shared-dir.js';
import { currentFolder } from '../platform/current-folder.js';
import { KnownError } from '../platform/errors.js';
import { listSessions } from '../session/list.js';
import { type Conflict, findConflicts } from '../sync/conflicts.js';
import { realFiles } from '../sync/files.js';

/** What every command works on. */
export interface Context {
  readonly stateDir: string;
  readonly layout: Layout;
  /** The dir that sessions started here would share. Throws `shared-dir-unusable` where here is no longer a folder. */
  readonly shared: SharedDir;
}

/** Reads the config. Throws `config-invalid`. */
export async function loadContext(environment: NodeJS.ProcessEnv): Promise<Context> {
  const { stateDir, layout } = await loadConfig(environment);
  return {
    stateDir,
    layout: loadLayout(layout),
    // Not every command needs it.
    get shared() {
      return sharedFromHere(environment);
    },
  };
}

/** All conflicts in the shared dir of a context; one that is found by two ways, through a link, is listed once. */
export function conflictsOf({ stateDir, shared, layout }: Context): Conflict[] {
  const manifests = listSessions(stateDir).map(({ manifest }) => manifest);
  const conflicts = findConflicts(realFiles, { stateDir, shared, layout, sessions: manifests.filter((manifest) => manifest.shared.dir === shared.dir) });
  const byPlace = new Map<string, Conflict>();
  for (const conflict of conflicts) {
    const place = realFiles.realPath(conflict.ours);
    if (!byPlace.has(place)) byPlace.set(place, conflict);
  }
  return [...byPlace.values()];
}

function sharedFromHere(environment: NodeJS.ProcessEnv): SharedDir {
  const cwd = currentFolder();
  const shared = findSharedDir(environment, cwd ?? '/');
  if (cwd === undefined && shared.userValue !== null && !isAbsolute(shared.userValue)) {
    throw new KnownError('shared-dir-unusable', `CLAUDE_CONFIG_DIR is "${shared.userValue}", below a folder that has been removed`, 'go to another folder');
  }
  return shared;
}
