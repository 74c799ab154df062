import type { Overview } from '../../worktree/overview.js';
import { shown } from '../output.js';
import { size } from '../gc/sweep.js';
import { type Column, tableOf } from '../table.js';

const COLUMNS: readonly Column[] = [
  { heading: 'BRANCH', least: 10 },
  { heading: 'STATE' },
  { heading: 'CHANGES' },
  { heading: 'SYNC', optional: true },
  { heading: 'SESSION' },
  { heading: 'SIZE', optional: true },
  { heading: 'FOLDER', least: 10 },
];

/** Working trees as a table for people; empty if there are none. `width` is that of the terminal. */
export function worktreeTable(trees: readonly Overview[], width?: number): string {
  return tableOf(COLUMNS, trees.map(rowOf), width);
}

function rowOf({ entry, state, changed, untracked, sync, sessions, bytes }: Overview): string[] {
  const changes = changed === null || untracked === null ? '-' : String(changed + untracked);
  const ahead = sync === null ? '-' : `+${sync.ahead} -${sync.behind}`;
  const [first, ...others] = sessions.map((occupant) => (occupant.kind === 'session' ? occupant.id : `pid ${occupant.pid}`));
  const session = first === undefined ? '-' : others.length === 0 ? first : `${first} +${others.length}`;
  return [shown(entry.branch ?? '-'), state, changes, ahead, session, size(bytes), shown(entry.path)];
}
