import { loadConfig } from '../launch/config.js';
import { type Layout, loadLayout } from '../layout/layout.js';
import { findSharedDir, type SharedDir } from '../layout/shared-dir.js';
import { listSessions } from '../session/list.js';
import { type Conflict, findConflicts } from '../sync/conflicts.js';
import { realFiles } from '../sync/files.js';

/** What every command works on. */
export interface Context {
  readonly stateDir: string;
  readonly layout: Layout;
  /** The dir that sessions started here would share. */
  readonly shared: SharedDir;
}

/** Reads the config. Throws `config-invalid`. */
export async function loadContext(environment: NodeJS.ProcessEnv): Promise<Context> {
  const { stateDir, layout } = await loadConfig(environment);
  return { stateDir, layout: loadLayout(layout), shared: findSharedDir(environment, process.cwd()) };
}

/** All conflicts in the shared dir of a context. */
export function conflictsOf({ stateDir, shared, layout }: Context): Conflict[] {
  const manifests = listSessions(stateDir).map(({ manifest }) => manifest);
  return findConflicts(realFiles, { stateDir, shared, layout, sessions: manifests.filter((manifest) => manifest.shared.dir === shared.dir) });
}
