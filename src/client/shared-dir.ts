import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What plain `claude` would use: the dir that all sessions share, in overlay terms the lower one. */
export interface SharedDir {
  /** Absolute, spelled as the user spells it (links are not resolved), because the client shows it so in prompts. */
  readonly dir: string;
  /** The client's state file: inside `dir` when the user set `CLAUDE_CONFIG_DIR`, else `~/.claude.json`. */
  readonly stateFile: string;
  /** The user's own `CLAUDE_CONFIG_DIR`, to the letter; null when they set none. */
  readonly userValue: string | null;
}

/** The name under which the client's state file stands in a config dir. */
export const STATE_FILE = '.claude.json';

/** Finds the shared dir from an environment, which is one outside any session. */
export function findSharedDir(environment: NodeJS.ProcessEnv, cwd: string): SharedDir {
  const value = environment['CLAUDE_CONFIG_DIR'];
  if (value === undefined || value === '') {
    return { dir: join(homedir(), '.claude'), stateFile: join(homedir(), STATE_FILE), userValue: null };
  }
  // The client normalises the variable to NFC (seen in 2.1.329), and so must the paths that we compare with its own.
  const dir = resolve(cwd, value.normalize('NFC'));
  return { dir, stateFile: join(dir, STATE_FILE), userValue: value };
}

/** The path in the shared dir of something that stands under `name` in a config dir. */
export function sharedPath(shared: SharedDir, name: string): string {
  return name === STATE_FILE ? shared.stateFile : `${shared.dir}/${name}`;
}
