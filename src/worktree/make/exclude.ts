import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTextIfThere } from '../../system/fs/read-text.js';
import { tryGit } from '../../system/git/run.js';

/**
 * Lets git ignore something of ours in a worktree, in `info/exclude`, which is in no commit. Most are ignored anyway; but
 * `node_modules/` in a `.gitignore` means a folder, not a link to one. The file is one for all worktrees.
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
