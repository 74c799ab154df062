import { join } from 'node:path';
import { readGitFile } from './git-dir.js';

/**
 * The URL of `origin` in the configuration of a repository, as it is written there; undefined where there is none. What other
 * files would add is not looked at: those that it includes, and the `insteadOf` of the user's own.
 */
export function originUrl(commonDir: string): string | undefined {
  let inOrigin = false;
  // A backslash at its end joins a line with the next one.
  for (const line of readGitFile(join(commonDir, 'config')).replaceAll(/\\\r?\n/g, '').split(/\r?\n/)) {
    const section = line.includes('[') ? SECTION.exec(line) : null;
    if (section) inOrigin = section[1]?.toLowerCase() === 'remote' && section[2] === 'origin';
    if (!inOrigin) continue;
    const value = URL_KEY.exec(section ? line.slice(section[0].length) : line)?.[1];
    // Of several, git fetches from the first.
    if (value !== undefined) return plain(value);
  }
  return undefined;
}

/** `[remote "origin"]` */
const SECTION = /^\s*\[\s*([\w.-]+)\s*(?:"((?:\\.|[^"\\])*)")?\s*\]/;

const URL_KEY = /^\s*url\s*=\s*(.*)$/i;

/** A value without quotes and escapes, and without the space and the comment behind it. */
function plain(written: string): string {
  const parts = written.matchAll(/"((?:\\.|[^"\\])*)"?|\\(.)|\s*(?:[#;].*)?$|(.)/g);
  return [...parts].map(([, quoted, escaped, bare]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? escaped ?? bare ?? '').join('');
}
