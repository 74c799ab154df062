import { loadConfig } from '../launch/config.js';
import { currentFolder } from '../platform/current-folder.js';
import { KnownError } from '../platform/errors.js';
import { futureRealPath } from '../platform/future-real-path.js';
import { ensurePrivateFolder } from '../platform/private-folder.js';
import type { World } from '../worktree/world.js';
import { sharedFromHere } from './context.js';

/** What the commands about worktrees are given. `writes`: the state dir is made where it is missing. Throws `KnownError`. */
export async function worldFrom(environment: NodeJS.ProcessEnv, { writes }: { readonly writes: boolean }): Promise<World> {
  const cwd = currentFolder();
  if (cwd === undefined) throw new KnownError('no-repository', 'the current folder has been removed', 'go to a git repository');
  const config = await loadConfig(environment);
  const shared = sharedFromHere(environment);
  return {
    environment,
    cwd,
    stateDir: writes ? ensurePrivateFolder(config.stateDir) : futureRealPath(config.stateDir),
    shared,
    sharedDir: shared.dir,
    config: config.worktree,
    tell: (line) => void process.stderr.write(`pclaudectl: ${line}\n`),
  };
}
