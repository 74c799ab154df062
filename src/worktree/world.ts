import type { Registries } from './occupants.js';
import type { SharedDir } from '../client/shared-dir.js';
import type { WorktreeConfig } from '../config/config.js';

/** Where a command about worktrees is given, and by whom. */
export interface WorktreeContext extends Registries {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly shared: SharedDir;
  readonly config: WorktreeConfig;
  /** Tells a person something while it goes on. */
  readonly tell: (line: string) => void;
}
