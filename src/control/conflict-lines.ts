import { basename } from 'node:path';
import type { Conflict } from '../sync/conflicts.js';
import { realFiles } from '../sync/files.js';
import { age, shown } from './output.js';

/** A conflict for people, in two lines. `now` in milliseconds since the epoch. */
export function conflictLines({ file, ours, branch, kind }: Conflict, now: number): string {
  // Somebody may settle it while we list.
  const since = realFiles.modifiedAt(ours);
  const when = since === null ? 'age unknown' : `${age(since, now)} ago`;
  return `${shown(file)}\n  from ${shown(branch)}, ${when}: ${shown(kind === 'copy' ? basename(ours) : ours)}\n`;
}

/** The same for other programs. */
export function conflictJson({ file, ours, branch, session, kind }: Conflict): object {
  const since = realFiles.modifiedAt(ours);
  return { file, ours, branch, session, kind, since: since === null ? null : new Date(since).toISOString() };
}
