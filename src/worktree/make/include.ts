import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { git, records, tryGit } from '../../system/git/run.js';

/** The client's own convention: a file in the root of the source working tree, in the syntax of `.gitignore`. */
const INCLUDE_FILE = '.worktreeinclude';

/**
 * The files of a working tree that its `.worktreeinclude` matches, by their path in it. As in the client, only files that git ignores
 * count: all others are in the new worktree already, or would be untracked there. Throws `git-failed`.
 */
export async function includedFiles(source: string): Promise<string[]> {
  if (!existsSync(join(source, INCLUDE_FILE))) return [];
  const named = records(await git(source, 'ls-files', '-z', '--others', '--ignored', `--exclude-from=${INCLUDE_FILE}`));
  // Git lists a nested repository as a folder.
  const files = named.filter((path) => !path.endsWith('/'));
  const { stdout } = await tryGit(source, ['check-ignore', '-z', '--stdin'], { input: files.map((path) => `${path}\0`).join('') });
  return files.length === 0 ? [] : records(stdout);
}
