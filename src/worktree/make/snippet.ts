import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import template from '../../../templates/worktree/snippet.json' with { type: 'json' };
import { unlessMissing } from '../../system/fs/unless-missing.js';

/** The file that the client reads beside `CLAUDE.md`, for one user's own instructions. */
export const SNIPPET_FILE = template.file;

/**
 * Appends a note for the model: the branch of the worktree and the main working tree. Returns false, and writes nothing, if the path is not
 * a regular file.
 */
export function writeSnippet(root: string, branch: string, main: string): boolean {
  const file = join(root, SNIPPET_FILE);
  const stat = unlessMissing(() => lstatSync(file));
  if (stat !== undefined && !stat.isFile()) return false;
  const text = stat === undefined ? '' : readFileSync(file, 'utf8');
  const snippet = `${template.lines
    .join('\n')
    .replaceAll('{branch}', () => branch)
    .replaceAll('{main}', () => main)}\n`;
  if (text.includes(snippet)) return true;
  writeFileSync(file, text === '' ? snippet : `${text.replace(/\n*$/, '\n\n')}${snippet}`);
  return true;
}
