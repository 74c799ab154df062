import type { ListedSession } from '../session/list.js';
import { age, shown } from './output.js';

const HEADINGS = ['ID', 'STATE', 'AGE', 'BRANCH', 'FOLDER'];

/** Sessions as a table for people, the newest last; empty when there are none. `now` in milliseconds since the epoch. */
export function sessionTable(sessions: readonly ListedSession[], now: number): string {
  if (sessions.length === 0) return '';
  const rows = sessions.map(({ manifest, status }) => [manifest.id, status, age(manifest.startedAt, now), shown(manifest.branch ?? '-'), shown(manifest.cwd)]);
  const table = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('');
}
