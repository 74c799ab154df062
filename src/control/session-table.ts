import { activityOf } from '../registry/activity.js';
import type { Entry } from '../registry/registry.js';
import { unreadableWords } from '../session/unreadable.js';
import { age, shown } from './output.js';
import { type Column, tableOf } from './table.js';

const COLUMNS: readonly Column[] = [
  { heading: 'ID' },
  { heading: 'STATE' },
  { heading: 'AGE' },
  { heading: 'IDLE' },
  { heading: 'UNMERGED' },
  { heading: 'BRANCH', least: 10 },
  { heading: 'FOLDER', least: 18 },
  { heading: 'MEMORY', least: 24, optional: true },
];

/** What stands for a session in the lists, and is understood by `sessions show`: its id, or the pid of a plain client. */
export function nameOf(entry: Entry): string {
  return entry.kind === 'plain' ? String(entry.client.pid) : entry.paths.id;
}

/** Who is there, as a table for people; empty without anybody. `now` in milliseconds since the epoch, `width` that of their terminal. */
export function sessionTable(entries: readonly Entry[], now: number, width?: number): string {
  return tableOf(COLUMNS, entries.map((entry) => [nameOf(entry), ...cells(entry, now)]), width);
}

function cells(entry: Entry, now: number): string[] {
  if (entry.kind === 'unreadable') return ['unreadable', NONE, NONE, NONE, NONE, `(${unreadableWords(entry.unreadable)})`, NONE];
  if (entry.kind === 'plain') {
    const { client, branch } = entry;
    return ['not isolated', age(client.startedAt, now), idle([client], now), NONE, shown(branch ?? NONE), shown(client.cwd), NONE];
  }
  const { manifest, status, clients, unmerged } = entry;
  const { startedAt, branch, cwd, memoryFolder } = manifest;
  return [status, age(startedAt, now), idle(clients, now), count(unmerged), shown(branch ?? NONE), shown(cwd), shown(memoryFolder ?? NONE)];
}

const NONE = '-';

function idle(clients: Parameters<typeof activityOf>[0], now: number): string {
  const activity = activityOf(clients);
  if (!activity) return NONE;
  return activity.idleSince === null ? 'busy' : age(activity.idleSince, now);
}

function count(unmerged: readonly string[] | null): string {
  if (unmerged === null) return '?';
  return unmerged.length === 0 ? NONE : String(unmerged.length);
}
