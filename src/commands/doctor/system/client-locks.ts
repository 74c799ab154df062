import { statSync } from 'node:fs';
import { join } from 'node:path';
import { unlessMissing } from '../../../system/fs/unless-missing.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, type Finding, finding, word } from '../check.js';

/**
 * In milliseconds. After this time the client takes over any of its locks. The one around the refresh of a login takes longest. Seen in
 * 2.1.329.
 */
const STALE_MS = 60_000;

/** The client's locks are folders, which a killed client leaves behind. Other clients take them over, unless the folder is not empty. */
export const clientLocks: Check = {
  name: 'client-locks',
  fine: 'no client has left a lock',
  needs: 'shared dir',
  find({ shared, now }) {
    const inside = realFiles
      .list(shared.dir)
      .filter((name) => name.endsWith('.lock'))
      .map((name) => join(shared.dir, name));
    return [...new Set([...inside, `${shared.stateFile}.lock`, `${shared.dir}.lock`])].flatMap((path) => leftBy(path, now));
  },
};

function leftBy(path: string, now: number): Finding[] {
  const stat = unlessMissing(() => statSync(path, { throwIfNoEntry: false }));
  if (!stat?.isDirectory() || now - stat.mtimeMs < STALE_MS) return [];
  const isEmpty = realFiles.list(path).length === 0;
  if (isEmpty)
    return [
      finding('note', 'is a lock that a killed client has left; the next one takes it over', `or remove it: rmdir ${word(path)}`, { path }),
    ];
  return [
    finding(
      'warning',
      'is a lock that a client has left, with files in it, so that none can remove it',
      `when no client runs: rm -r ${word(path)}`,
      { path },
    ),
  ];
}
