import { homedir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';
import type { SharedDir } from './shared-dir.js';
import type { Repository } from '../system/git/repository.js';
import { projectDirName, projectSlug } from './project-slug.js';

/** What determines the memory folder of a project. */
export interface MemoryPlace {
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
export function memoryFolder({ shared, cwd, repository, wished, environment }: MemoryPlace): string {
  for (const value of wished) {
    const folder = usable(value);
    if (folder !== undefined) return folder;
  }
  return join(shared.dir, 'projects', projectDirName(shared, environment) ?? projectSlug(repository?.mainRoot ?? cwd), 'memory');
}

function usable(value: string): string | undefined {
  const expanded = value.startsWith('~/') ? join(homedir(), value.slice(2)) : value;
  if (!isAbsolute(expanded)) return undefined;
  const folder = normalize(expanded).replace(/\/+$/, '');
  return folder === '' || folder === homedir() ? undefined : folder;
}
