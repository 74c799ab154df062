import { loadConfig } from '../../config/config.js';
import { currentFolder } from '../../system/process/current-folder.js';
import { UserError } from '../../system/errors.js';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import { ensurePrivateFolder } from '../../system/fs/private-folder.js';
import type { WorktreeContext } from '../../worktree/world.js';
import { sharedFromHere } from '../../session/from-environment.js';

/** The context of the commands about worktrees. If `writes`, creates a missing state dir. Throws `UserError`. */
export async function worldFrom(environment: NodeJS.ProcessEnv, { writes }: { readonly writes: boolean }): Promise<WorktreeContext> {
  const cwd = currentFolder();
  if (cwd === undefined) throw new UserError('no-repository', 'the current folder has been removed', 'go to a git repository');
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
