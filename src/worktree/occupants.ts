import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { below } from '../overlay/below.js';
import { hasCode, isMissing } from '../platform/fs-error.js';
import { futureRealPath } from '../platform/future-real-path.js';
import { isRecord } from '../platform/is-record.js';
import { parentOf, processStart } from '../platform/process-state.js';
import { readTextIfThere } from '../platform/read-text.js';
import { settled } from '../platform/settled.js';
import { unlessMissing } from '../platform/unless-missing.js';
import { listSessions } from '../session/list.js';

/** Somebody who works in a folder. */
export type Occupant =
  | { readonly kind: 'session'; readonly id: string; readonly pid: number; readonly cwd: string }
  /** A `claude` without a private config dir. */
  | { readonly kind: 'client'; readonly pid: number; readonly cwd: string }
  | { readonly kind: 'process'; readonly pid: number; readonly name: string; readonly cwd: string };

/** Where to look for sessions. */
export interface Registries {
  readonly stateDir: string;
  /** The dir that sessions started here share: the client keeps a list of all that run in it. */
  readonly sharedDir: string;
}

/**
 * All sessions that run now, of pclaude and of the client alone, wherever they are. The client of a session may be elsewhere than
 * where that was started, as with `--worktree`; on Linux it is known which one that is.
 */
export function runningSessions({ stateDir, sharedDir }: Registries): Occupant[] {
  const sessions = listSessions(stateDir).filter(({ status }) => status === 'running');
  const clients = clientsIn(join(sharedDir, 'sessions')).map((client) => ({ ...client, parent: parentOf(client.pid) }));
  const launchers = new Set<number | undefined>(sessions.map(({ manifest }) => manifest.pid));
  const ours = sessions.map(({ manifest: { id, pid, cwd } }) => {
    const client = clients.find(({ parent }) => parent === pid);
    return { kind: 'session', id, pid, cwd: client?.cwd ?? futureRealPath(cwd) } as const;
  });
  return [...ours, ...clients.filter(({ parent }) => !launchers.has(parent)).map(({ pid, cwd }) => ({ kind: 'client', pid, cwd }) as const)];
}

/**
 * All other processes of this user and where they are; only on Linux: elsewhere a program would have to be started to ask.
 * Not this one.
 */
export function otherProcesses(): Occupant[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return pids.flatMap((pid) => processIn(`/proc/${pid}`, Number(pid)));
}

/** Those of them that are in a folder or below it. */
export function inside(folder: string, occupants: readonly Occupant[]): Occupant[] {
  return occupants.filter(({ cwd }) => cwd === folder || below(folder, cwd) !== undefined);
}

/** In words for a person: sessions if there are any, since the programs below those are no news. */
export function namesOf(occupants: readonly Occupant[]): string {
  const kind = (['session', 'client', 'process'] as const).find((each) => occupants.some((occupant) => occupant.kind === each));
  const names = occupants.filter((occupant) => occupant.kind === kind).map(nameOf);
  return [...names.slice(0, 3), ...(names.length > 3 ? [`${names.length - 3} more`] : [])].join(', ');
}

function nameOf(occupant: Occupant): string {
  if (occupant.kind === 'session') return `session ${occupant.id}`;
  return `${occupant.kind === 'client' ? 'claude' : occupant.name} (pid ${occupant.pid})`;
}

/** The client removes its file when it ends; one that was killed leaves it. */
function clientsIn(folder: string): Occupant[] {
  const names = (unlessMissing(() => readdirSync(folder)) ?? []).filter((name) => name.endsWith('.json'));
  return names.flatMap((name) => {
    const value = settled((): unknown => JSON.parse(readTextIfThere(join(folder, name)) ?? 'null'));
    return value.status === 'fulfilled' && isRecord(value.value) ? clientOf(value.value) : [];
  });
}

function clientOf({ pid, cwd, procStart }: Record<string, unknown>): Occupant[] {
  if (typeof pid !== 'number' || typeof cwd !== 'string') return [];
  const start = processStart(pid);
  // A pid may belong to another process by now.
  const runs = start !== undefined && (typeof procStart !== 'string' || procStart === start);
  return runs ? [{ kind: 'client', pid, cwd: futureRealPath(cwd) }] : [];
}

/** Processes of others do not let us look, and those that have ended are nowhere. */
function processIn(folder: string, pid: number): Occupant[] {
  try {
    return [{ kind: 'process', pid, name: readFileSync(join(folder, 'comm'), 'utf8').trim(), cwd: readlinkSync(join(folder, 'cwd')) }];
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'EACCES', 'EPERM', 'ESRCH')) return [];
    throw error;
  }
}
