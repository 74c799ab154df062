import type { LiveClient } from '../../client/running/live-clients.js';
import { activityOf } from './activity.js';
import type { Entry } from './registry.js';
import { unreadableWords } from '../../session/unreadable.js';
import { age, shown } from '../output.js';
import { type Column, type Style, tableOf } from '../table.js';

const [WAITS, STOPPED] = ['waits for you', 'stopped'];

const STATES = new Map<string, Style>([
  ['unreadable', 'red'],
  ['unmerged', 'cyan'],
]);

const ACTIVITIES = new Map<string, Style>([
  [WAITS, ['bold', 'yellow']],
  [STOPPED, 'magenta'],
  ['busy', 'green'],
]);

/** On a narrow terminal, optional columns are left out from the last to the first. */
const COLUMNS: readonly Column[] = [
  { heading: 'ID' },
  { heading: 'STATE', style: (cell) => STATES.get(cell) },
  { heading: 'ACTIVITY', style: (cell) => ACTIVITIES.get(cell) },
  { heading: 'IDLE', optional: true },
  { heading: 'AGE', optional: true },
  { heading: 'UNMERGED', optional: true },
  { heading: 'BRANCH', least: 8 },
  { heading: 'FOLDER', least: 10 },
  { heading: 'MEMORY', least: 24, optional: true },
];

/** The name of a session in lists, which `sessions show` accepts: its id, or the pid of a plain client. */
export function nameOf(entry: Entry): string {
  return entry.kind === 'plain' ? String(entry.client.pid) : entry.paths.id;
}

/**
 * Sessions and plain clients as a table for people; empty if there are none. `now` is in milliseconds since the epoch, `width` that of the
 * terminal; `colors` tells whether the terminal shows them.
 */
export function sessionTable(entries: readonly Entry[], now: number, width?: number, colors = false): string {
  return tableOf(
    COLUMNS,
    entries.map((entry) => [nameOf(entry), ...cells(entry, now)]),
    width,
    colors,
  );
}

function cells(entry: Entry, now: number): string[] {
  if (entry.kind === 'unreadable') return ['unreadable', NONE, NONE, NONE, NONE, NONE, `(${unreadableWords(entry.unreadable)})`, NONE];
  if (entry.kind === 'plain') {
    const { client, branch, isStopped } = entry;
    return ['plain', ...doing([client], isStopped, now), age(client.startedAt, now), NONE, shown(branch ?? NONE), shown(client.cwd), NONE];
  }
  const { manifest, status, clients, unmerged, isStopped } = entry;
  const { startedAt, branch, cwd, memoryFolder } = manifest;
  return [
    status,
    ...doing(clients, isStopped, now),
    age(startedAt, now),
    count(unmerged),
    shown(branch ?? NONE),
    shown(cwd),
    shown(memoryFolder ?? NONE),
  ];
}

const NONE = '-';

/** The activity of its clients, and how long they have been idle. A client that waits for its user comes before all others. */
function doing(clients: readonly LiveClient[], isStopped: boolean, now: number): [activity: string, idle: string] {
  const waiting = clients.filter(({ status }) => status === 'waiting');
  const activity = activityOf(waiting.length > 0 ? waiting : clients);
  const idle = activity === undefined || activity.idleSince === null ? NONE : age(activity.idleSince, now);
  if (isStopped) return [STOPPED, idle];
  return [waiting.length > 0 ? WAITS : shown(activity?.status ?? NONE), idle];
}

function count(unmerged: readonly string[] | null): string {
  if (unmerged === null) return '?';
  return unmerged.length === 0 ? NONE : String(unmerged.length);
}
