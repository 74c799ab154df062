import { UserError } from '../../system/errors.js';
import type { Conflict } from '../../sync/conflicts/conflicts.js';
import { conflictLabel, plainName } from './lines.js';
import { firstThatFit } from '../named-file.js';
import { shown } from '../output.js';

/** The conflicts that a path, or the end of one, names. Throws `no-such-conflict` if there are none. */
export function theConflicts(conflicts: readonly Conflict[], named: string): readonly Conflict[] {
  const found = firstThatFit(conflicts, named, (conflict) => [plainName(conflict), conflict.file, conflict.ours]);
  if (found.length === 0) throw new UserError('no-such-conflict', `there is no conflict of ${shown(named)}`, 'see: pclaudectl conflicts');
  return found;
}

/** The one conflict that a path, or the end of one, names. Throws `no-such-conflict` if there are none or several. */
export function theConflict(conflicts: readonly Conflict[], named: string): Conflict {
  const found = theConflicts(conflicts, named);
  const [only, ...more] = found;
  if (only && more.length === 0) return only;
  const names = found
    .map((conflict) =>
      found.filter((other) => plainName(other) === plainName(conflict)).length === 1 ? conflictLabel(conflict) : shown(conflict.ours),
    )
    .join(', ');
  throw new UserError('no-such-conflict', `${shown(named)} means ${found.length} conflicts`, `name one of ${names}`);
}
