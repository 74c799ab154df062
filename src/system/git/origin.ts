import { join } from 'node:path';
import { readGitFile } from './git-dir.js';

/**
 * The URL of `origin` in the configuration of a repository, as it is written there; undefined when there is none. Other files
 * are not read: neither included files nor the user's own configuration, with its `insteadOf`.
 */
export function originUrl(commonDir: string): string | undefined {
  let inOrigin = false;
  // A backslash at the end of a line joins it with the next one.
  for (const line of readGitFile(join(commonDir, 'config'))
    .replaceAll(/\\\r?\n/g, '')
    .split(/\r?\n/)) {
    const section = line.includes('[') ? SECTION.exec(line) : null;
    if (section) inOrigin = section[1]?.toLowerCase() === 'remote' && section[2] === 'origin';
    if (!inOrigin) continue;
    const value = URL_KEY.exec(section ? line.slice(section[0].length) : line)?.[1];
    // When there are several URLs, git fetches from the first.
    if (value !== undefined) return plain(value);
  }
  return undefined;
}

/** `[remote "origin"]` */
const SECTION = /^\s*\[\s*([\w.-]+)\s*(?:"((?:\\.|[^"\\])*)")?\s*\]/;

const URL_KEY = /^\s*url\s*=\s*(.*)$/i;

/** A value without its quotes and escapes, and without trailing space and comment. */
function plain(written: string): string {
  const parts = written.matchAll(/"((?:\\.|[^"\\])*)"?|\\(.)|\s*(?:[#;].*)?$|(.)/g);
  return [...parts].map(([, quoted, escaped, bare]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? escaped ?? bare ?? '').join('');
}
