import { basename } from 'node:path';
import type { Conflict, ValueConflict } from '../../sync/conflicts/conflicts.js';
import { realFiles } from '../../system/files/real-files.js';
import { shownValue } from '../../sync/settings/user-settings.js';
import { age, shown } from '../output.js';

/** A conflict for people: two lines, or three for a setting. `now` is in milliseconds since the epoch. */
export function conflictLines(conflict: Conflict, now: number): string {
  const { ours, branch, kind } = conflict;
  // Another process may settle the conflict meanwhile.
  const since = realFiles.modifiedAt(ours);
  const when = since === null ? 'age unknown' : `${age(since, now)} ago`;
  if (conflict.kind === 'value') {
    const { session, branch: by, standing } = conflict.kept;
    const winner = standing === 'session' ? `the value of ${shown(by ?? session)}` : 'the value of the shared file';
    return `${conflictLabel(conflict)}\n  from ${shown(branch)}, ${when}: ${shown(ours)}\n  ${winner} stands\n`;
  }
  return `${conflictLabel(conflict)}\n  from ${shown(branch)}, ${when}: ${shown(kind === 'copy' ? basename(ours) : ours)}\n`;
}

/** The shared file, with the key if the conflict is about one setting; escaped for printing. */
export function conflictLabel(conflict: Conflict): string {
  return shown(plainName(conflict));
}

/** Like `conflictName`, but not escaped. */
export function plainName(conflict: Conflict): string {
  return conflict.kind === 'value' ? `${conflict.file}: ${conflict.key}` : conflict.file;
}

/** The value that is kept, for people. A value that may be a secret is not shown. */
export function valueOf({ key, branch, kept }: ValueConflict): string {
  const value = shownValue(key, kept.value);
  return `the value of ${shown(branch)}${value === undefined ? '' : ` (${value})`}`;
}

/** A conflict as JSON, for other programs. */
export function conflictJson(conflict: Conflict): object {
  const { file, ours, branch, session, kind } = conflict;
  const since = realFiles.modifiedAt(ours);
  const key = conflict.kind === 'value' ? { key: conflict.key } : {};
  return {
    file,
    ...key,
    ours,
    branch,
    session: session === '' ? null : session,
    kind,
    since: since === null ? null : new Date(since).toISOString(),
  };
}
