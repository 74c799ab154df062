import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { liveClients } from '../client/live-clients.js';
import type { SharedDir } from '../client/shared-dir.js';
import { listSessions } from '../session/list.js';
import { hasCode, isMissing } from '../system/fs/fs-error.js';
import { below, futureRealPath } from '../system/fs/paths.js';
import { otherPids, processStart } from '../system/process.js';

/** A session, a client or another process that works in a folder. */
export type Occupant =
  | { readonly kind: 'session'; readonly id: string; readonly pid: number; readonly cwd: string }
  /** A `claude` without a private config dir. */
  | { readonly kind: 'client'; readonly pid: number; readonly cwd: string }
  | { readonly kind: 'process'; readonly pid: number; readonly name: string; readonly cwd: string };

/** Where running sessions are listed. */
export interface Registries {
  readonly stateDir: string;
  /** The shared dir of sessions that are started here; the client keeps a list of its processes that use it. */
  readonly shared: SharedDir;
}

/**
 * All running sessions of pclaude and all plain clients, in any folder. The client of a session may work in another folder than the
 * launcher, for example with `--worktree`, and its background jobs in yet another.
 */
export function runningSessions({ stateDir, shared }: Registries): Occupant[] {
  const clients = liveClients(shared.dir);
  const running = listSessions(stateDir).sessions.filter(({ status }) => status === 'running');
  const ours = running.flatMap(({ manifest: { id, pid, cwd }, paths }) => {
    const own = clients.filter(({ home }) => home === paths.home).map((client) => client.cwd);
    const folders = new Set((own.length === 0 ? [cwd] : own).map((folder) => futureRealPath(folder)));
    return [...folders].map((folder): Occupant => ({ kind: 'session', id, pid, cwd: folder }));
  });
  const plain = clients
    .filter(({ home }) => home === null)
    .map((client): Occupant => ({ kind: 'client', pid: client.pid, cwd: futureRealPath(client.cwd) }));
  return [...ours, ...plain];
}

/**
 * All other processes of this user, except this one, with the folder that they run in. Linux only: on other systems that would take an
 * external program.
 */
export function otherProcesses(): Occupant[] {
  if (process.platform !== 'linux') return [];
  return otherPids().flatMap(processOf);
}

/** The occupants of a folder and of all folders below it. */
export function inside(folder: string, occupants: readonly Occupant[]): Occupant[] {
  return occupants.filter(({ cwd }) => cwd === folder || below(folder, cwd) !== undefined);
}

/**
 * Names for a message: sessions, if there are any, else plain clients, else other processes. The programs that a session started need no
 * mention.
 */
export function namesOf(occupants: readonly Occupant[]): string {
  const kind = (['session', 'client', 'process'] as const).find((each) => occupants.some((occupant) => occupant.kind === each));
  const names = occupants.filter((occupant) => occupant.kind === kind).map(nameOf);
  return [...names.slice(0, 3), ...(names.length > 3 ? [`${names.length - 3} more`] : [])].join(', ');
}

function nameOf(occupant: Occupant): string {
  if (occupant.kind === 'session') return `session ${occupant.id}`;
  return `${occupant.kind === 'client' ? 'claude' : occupant.name} (pid ${occupant.pid})`;
}

/** The folder of another user's process cannot be read, and a process that has exited has none. */
function processOf(pid: number): Occupant[] {
  const folder = `/proc/${pid}`;
  try {
    return [{ kind: 'process', pid, name: readFileSync(join(folder, 'comm'), 'utf8').trim(), cwd: readlinkSync(join(folder, 'cwd')) }];
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'EACCES', 'EPERM', 'ESRCH')) return [];
    throw error;
  }
}

/**
 * The reason that the client writes into git's lock of a worktree it works in. The lock remains after the session has ended. Seen in
 * 2.1.329.
 */
const REASON = /^claude (?:agent|session) .+ \(pid (\d{1,10})(?: start (.+))?\)$/;

/** Whether the client locked the worktree for one of its sessions. */
export function isClients(reason: string): boolean {
  return REASON.test(reason);
}

/** Whether the lock belongs to a client session that has ended. The client ignores such a lock as well. */
export function isLeftByClient(reason: string): boolean {
  const [, pid, start] = REASON.exec(reason) ?? [];
  if (pid === undefined) return false;
  const running = processStart(Number(pid));
  return running === undefined || (start !== undefined && start !== running);
}
