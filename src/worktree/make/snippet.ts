import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import template from '../../../templates/worktree/snippet.json' with { type: 'json' };
import { unlessMissing } from '../../system/fs/unless-missing.js';

/** The file of a working tree that the client reads beside `CLAUDE.md`, and that belongs to one person. */
export const SNIPPET_FILE = template.file;

/** Tells the model in which worktree it is, at the end of a file that may be there already. Says whether it did: not through a link. */
export function writeSnippet(root: string, branch: string, main: string): boolean {
  const file = join(root, SNIPPET_FILE);
  const stat = unlessMissing(() => lstatSync(file));
  if (stat !== undefined && !stat.isFile()) return false;
  const text = stat === undefined ? '' : readFileSync(file, 'utf8');
  const snippet = `${template.lines.join('\n').replaceAll('{branch}', () => branch).replaceAll('{main}', () => main)}\n`;
  if (text.includes(snippet)) return true;
  writeFileSync(file, text === '' ? snippet : `${text.replace(/\n*$/, '\n\n')}${snippet}`);
  return true;
}
