import { type ClientRecord, type LiveClient, liveClients } from '../../client/live-clients.js';
import { type ListedSession, listSessions, type UnreadableSession } from '../../session/list.js';
import type { Store } from '../../session/session.js';
import { unmergedPaths } from '../../sync/close/discard.js';
import { attempt } from '../../system/attempt.js';
import { realFiles } from '../../system/files/real-files.js';
import { futureRealPath } from '../../system/fs/paths.js';
import { findRepository } from '../../system/git/repository.js';
import { processState } from '../../system/process.js';

/** A session or plain client that works, or has worked, on a shared dir. */
export type Entry = SessionEntry | UnreadableEntry | PlainEntry;

/** A session of pclaude. */
export interface SessionEntry extends ListedSession {
  readonly kind: 'session';
  /** The clients that run in its home: its own, its background jobs, and clients that were started inside it. */
  readonly clients: readonly LiveClient[];
  /** The paths that a merge would change in the shared dir now; null if they cannot be determined. */
  readonly unmerged: readonly string[] | null;
  /** Whether all of its clients are stopped, by Ctrl-Z or a SIGSTOP. */
  readonly isStopped: boolean;
}

/** A session of pclaude whose manifest cannot be read: only its id is known. */
interface UnreadableEntry extends UnreadableSession {
  readonly kind: 'unreadable';
}

/** A client that works on a shared dir directly, not isolated from others. */
export interface PlainEntry {
  readonly kind: 'plain';
  readonly client: LiveClient;
  readonly sharedDir: string;
  /** The branch that is checked out in its folder. */
  readonly branch: string | null;
  readonly isStopped: boolean;
}

interface RegistryScope {
  /** The shared dirs to search for plain clients, in addition to those of the open sessions. */
  readonly sharedDirs: readonly string[];
  /** Include closed sessions. */
  readonly all: boolean;
}

/**
 * The sessions that run or wait to be merged, the unreadable ones, and plain clients. Unreadable sessions come first, the others are sorted
 * by start time. Reads only: files of the state dir and of the shared dirs, and the system's process information.
 */
export async function readRegistry(store: Store, { sharedDirs, all }: RegistryScope): Promise<Entry[]> {
  const { sessions, unreadable } = listSessions(store.stateDir);
  const listed = sessions.filter(({ status }) => all || status !== 'closed');
  const dirs = [...sharedDirs, ...listed.filter(({ status }) => status !== 'closed').map(({ manifest }) => manifest.shared.dir)];
  const clients = clientsIn(dirs);
  const entries = await Promise.all(listed.map(async (session): Promise<SessionEntry> => sessionEntry(store, session, clients)));
  return [
    ...unreadable.map((each): UnreadableEntry => ({ kind: 'unreadable', ...each })),
    ...[...entries, ...plainEntries(clients)].toSorted((one, other) => startOf(one) - startOf(other)),
  ];
}

/** A client, and the shared dir that it works on. */
interface FoundClient {
  readonly client: LiveClient;
  readonly sharedDir: string;
}

/** The clients that run on any of these dirs. Several paths may lead to the same dir. */
export function clientsIn(sharedDirs: readonly string[]): FoundClient[] {
  const byRealPath = new Map(sharedDirs.toReversed().map((dir) => [futureRealPath(dir), dir]));
  return [...byRealPath.values()].flatMap((sharedDir) => liveClients(sharedDir).map((client) => ({ client, sharedDir })));
}

/** A session and its current state. Reads only. */
export async function sessionEntry(store: Store, session: ListedSession, clients: readonly FoundClient[]): Promise<SessionEntry> {
  const { paths, manifest } = session;
  const own = clients.flatMap(({ client }) => (client.home === paths.home ? [client] : []));
  // Another process may remove the session or write to it at this moment.
  const unmerged = await unmergedPaths(realFiles, { ...store, paths, manifest }).catch(() => null);
  // Until its client has registered, the launcher represents it.
  const pids = own.length > 0 ? own.map(({ pid }) => pid) : session.status === 'running' ? [manifest.pid] : [];
  return { kind: 'session', ...session, clients: own, unmerged, isStopped: areStopped(pids) };
}

function areStopped(pids: readonly number[]): boolean {
  return pids.length > 0 && pids.every((pid) => processState(pid)?.letter === STOPPED);
}

/** The process state in the notation of `ps`. */
const STOPPED = 'T';

/** The clients that do not belong to a session of pclaude. */
export function plainEntries(clients: readonly FoundClient[]): PlainEntry[] {
  return clients.filter(({ client }) => client.home === null).map(plainEntry);
}

function plainEntry({ client, sharedDir }: FoundClient): PlainEntry {
  const repository = attempt(() => findRepository(client.cwd));
  return {
    kind: 'plain',
    client,
    sharedDir,
    branch: repository.status === 'fulfilled' ? (repository.value?.branch ?? null) : null,
    isStopped: areStopped([client.pid]),
  };
}

function startOf(entry: SessionEntry | PlainEntry): number {
  return entry.kind === 'plain' ? entry.client.startedAt : entry.manifest.startedAt;
}

/** The activity of a session's clients, as they report it. */
interface Activity {
  /** The status in the client's words, such as `busy`, `idle` or `waiting`; null before its first turn. */
  readonly status: string | null;
  /** When the client last reported something; null while it is busy. Milliseconds since the epoch. */
  readonly idleSince: number | null;
}

/** The activity of the liveliest client: one that is busy, else the one with the latest report. Undefined without clients. */
export function activityOf(clients: readonly Pick<ClientRecord, 'status' | 'lastActiveAt'>[]): Activity | undefined {
  if (clients.some(({ status }) => status === BUSY)) return { status: BUSY, idleSince: null };
  const [last] = clients.toSorted((one, other) => other.lastActiveAt - one.lastActiveAt);
  return last && { status: last.status, idleSince: last.lastActiveAt };
}

/** The activity that the user wants to know of: of a client that waits for them, else as `activityOf` says. */
export function shownActivity(clients: readonly Pick<ClientRecord, 'status' | 'lastActiveAt'>[]): Activity | undefined {
  const waiting = clients.filter(({ status }) => status === WAITING);
  return activityOf(waiting.length > 0 ? waiting : clients);
}

/** Words of the client for its status. */
const BUSY = 'busy';
export const WAITING = 'waiting';
