import type { Registries } from './occupants.js';
import type { SharedDir } from '../client/shared-dir.js';
import type { WorktreeConfig } from '../config/config.js';

/** The context of a command about worktrees: its folder, settings and output. */
export interface WorktreeContext extends Registries {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly shared: SharedDir;
  readonly config: WorktreeConfig;
  /** Reports progress to the user. */
  readonly tell: (line: string) => void;
}
