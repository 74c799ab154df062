import { basename } from 'node:path';
import { findSessions } from '../../session/list.js';
import type { StoreHere } from '../../session/session.js';
import { type Conflict, findConflicts, findSettledValues, type ValueConflict } from '../../sync/conflicts/conflicts.js';
import { shownValue } from '../../sync/kept-values.js';
import { UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { age } from '../../system/text.js';
import { itemsNamed } from '../named.js';
import { shown } from '../shown.js';

/** All conflicts in a shared dir. */
export function conflictsOf({ stateDir, layout, shared }: StoreHere): Conflict[] {
  const manifests = findSessions(stateDir).sessions.map(({ manifest }) => manifest);
  return findConflicts(realFiles, {
    stateDir,
    shared,
    layout,
    sessions: manifests.filter((manifest) => manifest.shared.dir === shared.dir),
  });
}

/** The recently settled value of a setting, by the exact path of the file that keeps the other value. */
export function settledValueAt({ stateDir, layout, shared }: StoreHere, path: string): ValueConflict | undefined {
  return findSettledValues(realFiles, { stateDir, shared, layout, sessions: [] }).find(({ ours }) => ours === path);
}

/** The conflicts that a path, or the end of one, names. Throws `no-such-conflict` if there are none. */
export function conflictsNamed(conflicts: readonly Conflict[], named: string): readonly Conflict[] {
  const found = itemsNamed(conflicts, named, (conflict) => [unescapedLabel(conflict), conflict.file, conflict.ours]);
  if (found.length === 0) throw new UserError('no-such-conflict', `there is no conflict of ${shown(named)}`, 'see: pclaudectl conflicts');
  return found;
}

/** The one conflict that a path, or the end of one, names. Throws `no-such-conflict` if there are none or several. */
export function conflictNamed(conflicts: readonly Conflict[], named: string): Conflict {
  const found = conflictsNamed(conflicts, named);
  const [only, ...more] = found;
  if (only && more.length === 0) return only;
  const names = found
    .map((conflict) =>
      found.filter((other) => unescapedLabel(other) === unescapedLabel(conflict)).length === 1
        ? conflictLabel(conflict)
        : shown(conflict.ours),
    )
    .join(', ');
  throw new UserError('no-such-conflict', `${shown(named)} means ${found.length} conflicts`, `name one of ${names}`);
}

/** A conflict for people: two lines, or three for a setting. `now` is in milliseconds since the epoch. */
export function conflictLines(conflict: Conflict, now: number): string {
  const { ours, branch, kind } = conflict;
  // Another process may settle the conflict meanwhile.
  const since = realFiles.modifiedAt(ours);
  const when = since === null ? 'age unknown' : `${age(since, now)} ago`;
  if (conflict.kind === 'value') {
    const { session, branch: by, winner } = conflict.kept;
    const whose = winner === 'session' ? `the value of ${shown(by ?? session)}` : 'the value of the shared file';
    return `${conflictLabel(conflict)}\n  from ${shown(branch)}, ${when}: ${shown(ours)}\n  ${whose} stands\n`;
  }
  return `${conflictLabel(conflict)}\n  from ${shown(branch)}, ${when}: ${shown(kind === 'copy' ? basename(ours) : ours)}\n`;
}

/** The shared file, with the key if the conflict is about one setting; escaped for printing. */
export function conflictLabel(conflict: Conflict): string {
  return shown(unescapedLabel(conflict));
}

/** Like `conflictLabel`, but not escaped. */
function unescapedLabel(conflict: Conflict): string {
  return conflict.kind === 'value' ? `${conflict.file}: ${conflict.key}` : conflict.file;
}

/** The value that is kept, for people. A value that may be a secret is not shown. */
export function keptValueText({ key, branch, kept }: ValueConflict): string {
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
