import { join } from 'node:path';
import { memoryPlace } from '../../src/sync/change.js';
import { keepUnverified } from '../../src/sync/lost-updates/unverified.js';
import { realFiles } from '../../src/system/files/real-files.js';
import type { Scratch } from './scratch.js';
import type { OpenSession } from './session.js';

/**
 * Records the unverified write of a memory by a tool of the session, which another writer has overwritten. `base`: the content that the
 * tool had read, if it differs from the current one.
 */
export function leaveUnverified(
  scratch: Scratch,
  { paths, manifest }: Pick<OpenSession, 'paths' | 'manifest'>,
  call: string,
  inFolder: string,
  text: string,
  base?: string,
): void {
  const folder = manifest.memoryFolder;
  if (folder === null) throw new Error('a session in tests has memory');
  const target = join(folder, inFolder);
  const before = base ?? scratch.read(target) ?? null;
  keepUnverified(realFiles, paths, call, {
    place: memoryPlace(inFolder),
    target,
    memoryFolder: folder,
    before,
    after: text,
    since: 0,
    conflict: 'copy',
  });
}

/** Shell code with which a stub client leaves the same record, for a memory that a tool has made. */
export function leavingUnverified(call: string, inFolder: string, text: string): string {
  const write = JSON.stringify({
    version: 2,
    place: memoryPlace(inFolder),
    target: `@/${inFolder}`,
    memoryFolder: '@',
    before: null,
    after: text,
    since: 0,
    conflict: 'copy',
  });
  return `
folder="$CLAUDE_CONFIG_DIR/../base/unverified"
mkdir -p "$folder"
memory="$PCLAUDE_USER_CONFIG_DIR/projects/$(printf %s "$PROJECT" | tr -c A-Za-z0-9 -)/memory"
printf '%s' '${write}' | sed "s|@|$memory|g" > "$folder/${call}"
`;
}
