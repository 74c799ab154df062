import type { SharedDir } from './shared-dir.js';

const LONGEST = 200;

/**
 * The folder name under `projects/` that the client derives from a path: every character outside `[a-zA-Z0-9]` becomes a
 * dash. A name over 200 characters is cut there, and gets the path's 32-bit hash in base 36 as a suffix.
 * Source: seen in Claude Code 2.1.329, pinned by test/client/memory-prompt.test.ts.
 */
export function projectSlug(path: string): string {
  const slug = path.replaceAll(/[^a-zA-Z0-9]/g, '-');
  return slug.length <= LONGEST ? slug : `${slug.slice(0, LONGEST)}-${Math.abs(hash(path)).toString(36)}`;
}

/**
 * The folder name for all projects that the user has set in `CLAUDE_CODE_PROJECT_DIR_NAME`. The client uses it only when
 * `CLAUDE_CONFIG_DIR` is set and the value is a plain name. Source: seen in Claude Code 2.1.332.
 */
export function projectDirName(
  { userValue }: SharedDir,
  { CLAUDE_CODE_PROJECT_DIR_NAME: name = '' }: NodeJS.ProcessEnv,
): string | undefined {
  const isName = /^[A-Za-z0-9_-]{1,64}$/.test(name) && !/^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i.test(name);
  return userValue && isName ? name : undefined;
}

function hash(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at++) value = (Math.imul(value, 31) + text.charCodeAt(at)) | 0;
  return value;
}
