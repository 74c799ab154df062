import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The shared dir: the config dir that plain `claude` would use, and that all sessions share. */
export interface SharedDir {
  /** Absolute, in the user's spelling (links are not resolved), because the client shows that spelling in prompts. */
  readonly dir: string;
  /** The client's state file: inside `dir` when the user has set `CLAUDE_CONFIG_DIR`, else `~/.claude.json`. */
  readonly stateFile: string;
  /** The literal value of the user's own `CLAUDE_CONFIG_DIR`; null when it is unset. */
  readonly userValue: string | null;
}

/** The name of the client's state file in a config dir. */
export const STATE_FILE = '.claude.json';

/** Finds the shared dir from an environment, which must be one outside any session. */
export function findSharedDir(environment: NodeJS.ProcessEnv, cwd: string): SharedDir {
  const value = environment['CLAUDE_CONFIG_DIR'];
  if (value === undefined || value === '') {
    return { dir: join(homedir(), '.claude'), stateFile: join(homedir(), STATE_FILE), userValue: null };
  }
  // The client normalises the variable to NFC (seen in 2.1.329), so paths that are compared with the client's must be NFC as well.
  const dir = resolve(cwd, value.normalize('NFC'));
  return { dir, stateFile: join(dir, STATE_FILE), userValue: value };
}

/** The shared path of `name`, which is a top-level name of a config dir. */
export function sharedPath(shared: SharedDir, name: string): string {
  return name === STATE_FILE ? shared.stateFile : `${shared.dir}/${name}`;
}
