import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { git, records, tryGit } from '../../system/git/run.js';

/** The client's own convention: in the root of the working tree that worktrees are made from, in the words of `.gitignore`. */
const INCLUDE_FILE = '.worktreeinclude';

/**
 * The files of a working tree that its `.worktreeinclude` names, by their path in it. As in the client these are only such as git
 * ignores: all others are in the new worktree already, or would be untracked there. Throws `git-failed`.
 */
export async function includedFiles(source: string): Promise<string[]> {
  if (!existsSync(join(source, INCLUDE_FILE))) return [];
  const named = records(await git(source, 'ls-files', '-z', '--others', '--ignored', `--exclude-from=${INCLUDE_FILE}`));
  // A repository in the repository is named as a folder.
  const files = named.filter((path) => !path.endsWith('/'));
  const { stdout } = await tryGit(source, ['check-ignore', '-z', '--stdin'], { input: files.map((path) => `${path}\0`).join('') });
  return files.length === 0 ? [] : records(stdout);
}
