import { Command } from 'commander';
import type { LiveClient } from '../../client/live-clients.js';
import { listSessions, unreadableWords } from '../../session/list.js';
import { loadStore, sharedIfAny, type Store } from '../../session/session.js';
import { age } from '../../system/text.js';
import { sessionNamed } from '../named.js';
import { hasColors, print, printIfTerminal, printJson, terminalWidth } from '../output.js';
import { shown } from '../shown.js';
import { type Column, type Style, tableOf } from '../table.js';
import { sessionJson, sessionLines } from './lines.js';
import {
  clientsIn,
  type Entry,
  plainEntries,
  type PlainEntry,
  readRegistry,
  type SessionEntry,
  sessionEntry,
  shownActivity,
  WAITING,
} from './registry.js';

interface Options {
  readonly all?: true;
  readonly json?: true;
}

/** `pclaudectl sessions` */
export function sessionsCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('sessions')
    .description('list the sessions that run or wait to be merged, and the plain claude processes beside them')
    .option('--all', 'closed ones, too')
    .option('--json', 'as a JSON array')
    .action(async ({ all, json }: Options) => {
      const entries = await readRegistry(await loadStore(environment), { sharedDirs: sharedIfAny(environment), all: all === true });
      if (json === true) printJson(entries.map(sessionJson));
      else if (entries.length === 0)
        printIfTerminal(
          all === true ? 'no sessions' : 'no session runs, and none waits to be merged; closed ones: pclaudectl sessions --all',
        );
      else print(sessionTable(entries, Date.now(), terminalWidth(), hasColors()));
    });
  return command.addCommand(showCommand(environment));
}

/** `pclaudectl sessions show` */
function showCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('show')
    .description('show all that is known of a session, or of a plain claude process')
    .argument('<session>', 'its id as `pclaudectl sessions` shows it, or the start of one; the pid of a plain claude')
    .option('--json', 'as a JSON object')
    .action(async (name: string, { json }: { json?: true }) => {
      const entry = await findEntry(await loadStore(environment), sharedIfAny(environment), name);
      if (json === true) printJson(sessionJson(entry));
      else print(sessionLines(entry, Date.now()));
    });
}

/** Throws `no-such-session`. */
async function findEntry(store: Store, sharedDirs: readonly string[], name: string): Promise<SessionEntry | PlainEntry> {
  const listed = listSessions(store.stateDir);
  const clients = clientsIn([...sharedDirs, ...listed.sessions.map(({ manifest }) => manifest.shared.dir)]);
  return plainEntries(clients).find((entry) => nameOf(entry) === name) ?? sessionEntry(store, sessionNamed(listed, name), clients);
}

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
function nameOf(entry: Entry): string {
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
    return [
      'plain',
      ...activityCells([client], isStopped, now),
      age(client.startedAt, now),
      NONE,
      shown(branch ?? NONE),
      shown(client.cwd),
      NONE,
    ];
  }
  const { manifest, status, clients, unmerged, isStopped } = entry;
  const { startedAt, branch, cwd, memoryFolder } = manifest;
  return [
    status,
    ...activityCells(clients, isStopped, now),
    age(startedAt, now),
    count(unmerged),
    shown(branch ?? NONE),
    shown(cwd),
    shown(memoryFolder ?? NONE),
  ];
}

const NONE = '-';

/** The activity of its clients, and how long they have been idle. */
function activityCells(clients: readonly LiveClient[], isStopped: boolean, now: number): [activity: string, idle: string] {
  const activity = shownActivity(clients);
  const idle = activity === undefined || activity.idleSince === null ? NONE : age(activity.idleSince, now);
  if (isStopped) return [STOPPED, idle];
  return [activity?.status === WAITING ? WAITS : shown(activity?.status ?? NONE), idle];
}

function count(unmerged: readonly string[] | null): string {
  if (unmerged === null) return '?';
  return unmerged.length === 0 ? NONE : String(unmerged.length);
}
