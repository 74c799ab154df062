import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute, join, normalize, resolve } from 'node:path';
import { attempt } from '../system/attempt.js';
import type { Repository } from '../system/git/repository.js';

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

/** What determines the memory folder of a project. */
interface MemorySettings {
  readonly shared: SharedDir;
  readonly cwd: string;
  readonly repository: Repository | undefined;
  /** The values of `autoMemoryDirectory`, from the strongest scope to the weakest. */
  readonly wished: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The memory folder that plain `claude` would name in its prompt, in the client's spelling, without a trailing slash. As in
 * the client, the first value of `wished` that is an absolute path, or one below `~/`, counts.
 */
export function memoryFolder({ shared, cwd, repository, wished, environment }: MemorySettings): string {
  for (const value of wished) {
    const folder = usable(value);
    if (folder !== undefined) return folder;
  }
  return join(projectFolder(shared, environment, repository?.mainRoot ?? cwd), 'memory');
}

function usable(value: string): string | undefined {
  const expanded = value.startsWith('~/') ? join(homedir(), value.slice(2)) : value;
  if (!isAbsolute(expanded)) return undefined;
  const folder = normalize(expanded).replace(/\/+$/, '');
  return folder === '' || folder === homedir() ? undefined : folder;
}

/** The folder of a project in the shared dir: its transcripts, and its memory. `path` is the folder for which the client makes it. */
export function projectFolder(shared: SharedDir, environment: NodeJS.ProcessEnv, path: string): string {
  return join(shared.dir, 'projects', projectDirName(shared, environment) ?? projectSlug(path));
}

const LONGEST = 200;

/**
 * The folder name under `projects/` that the client derives from a path: every character outside `[a-zA-Z0-9]` becomes a
 * dash. A name over 200 characters is cut there, and gets the path's 32-bit hash in base 36 as a suffix.
 * Source: seen in Claude Code 2.1.329, pinned by test/client/memory-prompt.test.ts.
 */
export function projectSlug(path: string): string {
  const slug = path.replaceAll(/[^a-zA-Z0-9]/g, '-');
  return slug.length <= LONGEST ? slug : `${slug.slice(0, LONGEST)}-${Math.abs(hash(path)).toString(36)}`;
}

/**
 * The folder name for all projects that the user has set in `CLAUDE_CODE_PROJECT_DIR_NAME`. The client uses it only when
 * `CLAUDE_CONFIG_DIR` is set and the value is a plain name. Source: seen in Claude Code 2.1.332.
 */
function projectDirName({ userValue }: SharedDir, { CLAUDE_CODE_PROJECT_DIR_NAME: name = '' }: NodeJS.ProcessEnv): string | undefined {
  const isName = /^[A-Za-z0-9_-]{1,64}$/.test(name) && !/^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i.test(name);
  return userValue && isName ? name : undefined;
}

function hash(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at++) value = (Math.imul(value, 31) + text.charCodeAt(at)) | 0;
  return value;
}

/** The transcript of a conversation in a shared dir, whatever its project; null before the first message. */
export function transcriptOf(sharedDir: string, conversation: string): string | null {
  const projects = join(sharedDir, 'projects');
  const slugs = attempt(() => readdirSync(projects));
  if (slugs.status === 'rejected') return null;
  return slugs.value.map((slug) => join(projects, slug, `${conversation}.jsonl`)).find((path) => existsSync(path)) ?? null;
}

/**
 * The id of the conversation in a project's folder that was written last: the one that the client continues. Undefined if the folder cannot
 * be read, or has none.
 */
export function newestConversation(folder: string): string | undefined {
  const names = attempt(() => readdirSync(folder).filter((name) => /^[0-9a-f-]{36}\.jsonl$/.test(name)));
  if (names.status === 'rejected') return undefined;
  const times = names.value.flatMap((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    return stat ? [{ name, at: stat.mtimeMs }] : [];
  });
  const newest = times.toSorted((one, other) => other.at - one.at)[0];
  return newest && basename(newest.name, '.jsonl');
}
