import { homedir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';
import type { SharedDir } from '../layout/shared-dir.js';
import type { Repository } from '../git/repository.js';
import { projectSlug } from './slug.js';

/**
 * The memory folder that plain `claude` would name in its prompt, spelled as it spells it, without a trailing slash.
 * `wished` are the values of `autoMemoryDirectory` from the strongest scope to the weakest; as in the client, the first
 * that is an absolute path, or one below `~/`, counts.
 */
export function memoryFolder(shared: SharedDir, cwd: string, repository: Repository | undefined, wished: readonly string[]): string {
  for (const value of wished) {
    const folder = usable(value);
    if (folder !== undefined) return folder;
  }
  return join(shared.dir, 'projects', projectSlug(repository?.mainRoot ?? cwd), 'memory');
}

function usable(value: string): string | undefined {
  const expanded = value.startsWith('~/') ? join(homedir(), value.slice(2)) : value;
  if (!isAbsolute(expanded)) return undefined;
  const folder = normalize(expanded).replace(/\/+$/, '');
  return folder === '' || folder === homedir() ? undefined : folder;
}
