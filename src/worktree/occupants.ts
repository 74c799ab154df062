import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { liveClients } from '../client/running/live-clients.js';
import { below } from '../system/fs/below.js';
import { hasCode, isMissing } from '../system/fs/fs-error.js';
import { futureRealPath } from '../system/fs/future-real-path.js';
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
 * where that was started, as with `--worktree`, and its background jobs may be elsewhere again.
 */
export function runningSessions({ stateDir, sharedDir }: Registries): Occupant[] {
  const clients = liveClients(sharedDir);
  const running = listSessions(stateDir).sessions.filter(({ status }) => status === 'running');
  const ours = running.flatMap(({ manifest: { id, pid, cwd }, paths }) => {
    const own = clients.filter(({ home }) => home === paths.home).map((client) => client.cwd);
    const folders = new Set((own.length === 0 ? [cwd] : own).map((folder) => futureRealPath(folder)));
    return [...folders].map((folder): Occupant => ({ kind: 'session', id, pid, cwd: folder }));
  });
  const plain = clients.filter(({ home }) => home === null).map((client): Occupant => ({ kind: 'client', pid: client.pid, cwd: futureRealPath(client.cwd) }));
  return [...ours, ...plain];
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

/** Processes of others do not let us look, and those that have ended are nowhere. */
function processIn(folder: string, pid: number): Occupant[] {
  try {
    return [{ kind: 'process', pid, name: readFileSync(join(folder, 'comm'), 'utf8').trim(), cwd: readlinkSync(join(folder, 'cwd')) }];
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'EACCES', 'EPERM', 'ESRCH')) return [];
    throw error;
  }
}
