import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTextIfThere } from '../../system/fs/read-text.js';
import { tryGit } from '../../system/git/run.js';

/**
 * Makes git ignore a path in a worktree, by a line in `info/exclude`, which is part of no commit. Most of these paths are ignored already;
 * but `node_modules/` in a `.gitignore` matches a folder, not a link to one. All worktrees share the file.
 */
export async function exclude(commonDir: string, root: string, path: string): Promise<void> {
  const { code } = await tryGit(root, ['check-ignore', '--quiet', '--', path]);
  if (code === 0) return;
  const file = join(commonDir, 'info', 'exclude');
  const text = readTextIfThere(file) ?? '';
  const line = `/${path.replaceAll(/[\\*?[\]!# ]/g, String.raw`\$&`)}`;
  if (text.split('\n').includes(line)) return;
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`);
}
