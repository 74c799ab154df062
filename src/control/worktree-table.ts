import type { Overview } from '../worktree/overview.js';
import { shown } from './output.js';
import { size } from './sweep.js';

const HEADINGS = ['BRANCH', 'STATE', 'CHANGES', 'SYNC', 'SESSION', 'SIZE', 'FOLDER'];

/** Working trees as a table for people, no wider than so many columns; names that do not fit are shortened in their middle. */
export function worktreeTable(trees: readonly Overview[], columns: number): string {
  if (trees.length === 0) return '';
  const table = [HEADINGS, ...trees.map(rowOf)];
  const natural = HEADINGS.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const widths = fitted(natural, columns - 2 * (HEADINGS.length - 1));
  return table.map((row) => `${row.map((cell, column) => shorten(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('');
}

function rowOf({ entry, state, changed, untracked, sync, sessions, bytes }: Overview): string[] {
  const changes = changed === null || untracked === null ? '-' : String(changed + untracked);
  const ahead = sync === null ? '-' : `+${sync.ahead} -${sync.behind}`;
  const [first, ...others] = sessions.map((occupant) => (occupant.kind === 'session' ? occupant.id : `pid ${occupant.pid}`));
  const session = first === undefined ? '-' : others.length === 0 ? first : `${first} +${others.length}`;
  return [shown(entry.branch ?? '-'), state, changes, ahead, session, size(bytes), shown(entry.path)];
}

/** The first and the last column give way; where both are too long each gets half of what is left. */
function fitted(natural: readonly number[], columns: number): number[] {
  const [branch = 0, ...rest] = natural;
  const [folder = 0, middle] = [rest.at(-1), rest.slice(0, -1)];
  const free = Math.max(columns - middle.reduce((sum, width) => sum + width, 0), 2);
  const forBranch = Math.min(branch, Math.max(Math.floor(free / 2), free - folder));
  return [forBranch, ...middle, Math.min(folder, free - forBranch)];
}

/** The start and the end of a text tell most. */
function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.ceil((width - 1) / 2);
  return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
}
