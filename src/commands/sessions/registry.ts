import { type LiveClient, liveClients } from '../../client/running/live-clients.js';
import { findRepository } from '../../system/git/repository.js';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import { processState } from '../../system/process/process-state.js';
import { attempt } from '../../system/attempt.js';
import { type ListedSession, listSessions, type UnreadableSession } from '../../session/list.js';
import type { Store } from '../../session/session.js';
import { realFiles } from '../../system/files/real-files.js';
import { unmergedPaths } from '../../sync/close/unmerged.js';

/** Somebody who works, or has worked, on a shared dir. */
export type Entry = SessionEntry | UnreadableEntry | PlainEntry;

/** A session of pclaude. */
export interface SessionEntry extends ListedSession {
  readonly kind: 'session';
  /** Those that run in its home: its own, its background jobs, and what was started in it. */
  readonly clients: readonly LiveClient[];
  /** What a merge would change in the shared dir at this moment, by name; null where that cannot be told. */
  readonly unmerged: readonly string[] | null;
  /** All that works in it is stopped, by Ctrl-Z or a SIGSTOP. */
  readonly isStopped: boolean;
}

/** A session of pclaude of which nothing but its id is known. */
interface UnreadableEntry extends UnreadableSession {
  readonly kind: 'unreadable';
}

/** A client that works on a shared dir itself: nothing isolates it from others that do. */
export interface PlainEntry {
  readonly kind: 'plain';
  readonly client: LiveClient;
  readonly sharedDir: string;
  /** The branch that is checked out where it works. */
  readonly branch: string | null;
  readonly isStopped: boolean;
}

export interface RegistryScope {
  /** In which to look for plain clients, beside those of the open sessions. */
  readonly sharedDirs: readonly string[];
  /** Closed sessions, too. */
  readonly all: boolean;
}

/**
 * Who is there: the sessions that run or wait to be merged, those that cannot be read, and plain clients; what cannot be read
 * first, then by when they were started. Reads only: files of the state dir and of the shared dirs, and what the system tells of
 * processes.
 */
export async function readRegistry(store: Store, { sharedDirs, all }: RegistryScope): Promise<Entry[]> {
  const { sessions, unreadable } = listSessions(store.stateDir);
  const shown = sessions.filter(({ status }) => all || status !== 'closed');
  const dirs = [...sharedDirs, ...shown.filter(({ status }) => status !== 'closed').map(({ manifest }) => manifest.shared.dir)];
  const clients = clientsIn(dirs);
  const entries = await Promise.all(shown.map(async (session): Promise<SessionEntry> => sessionEntry(store, session, clients)));
  return [...unreadable.map((each): UnreadableEntry => ({ kind: 'unreadable', ...each })), ...[...entries, ...plainEntries(clients)].toSorted((one, other) => startOf(one) - startOf(other))];
}

/** A client, and the shared dir that it works on. */
export interface FoundClient {
  readonly client: LiveClient;
  readonly sharedDir: string;
}

/** The clients that run on any of these dirs; several names may lead to one. */
export function clientsIn(sharedDirs: readonly string[]): FoundClient[] {
  const byRealPath = new Map(sharedDirs.toReversed().map((dir) => [futureRealPath(dir), dir]));
  return [...byRealPath.values()].flatMap((sharedDir) => liveClients(sharedDir).map((client) => ({ client, sharedDir })));
}

/** A session, with what is known of it at this moment. Reads only. */
export async function sessionEntry(store: Store, session: ListedSession, clients: readonly FoundClient[]): Promise<SessionEntry> {
  const { paths, manifest } = session;
  const own = clients.flatMap(({ client }) => (client.home === paths.home ? [client] : []));
  // Somebody may remove it, or write to it, at this moment.
  const unmerged = await unmergedPaths(realFiles, { ...store, paths, manifest }).catch(() => null);
  // Before its client has told of itself the launcher stands for it.
  const pids = own.length > 0 ? own.map(({ pid }) => pid) : session.status === 'running' ? [manifest.pid] : [];
  return { kind: 'session', ...session, clients: own, unmerged, isStopped: areStopped(pids) };
}

function areStopped(pids: readonly number[]): boolean {
  return pids.length > 0 && pids.every((pid) => processState(pid)?.letter === STOPPED);
}

/** As `ps` has it. */
const STOPPED = 'T';

/** Those of the clients that are in no session of pclaude. */
export function plainEntries(clients: readonly FoundClient[]): PlainEntry[] {
  return clients.filter(({ client }) => client.home === null).map(plainEntry);
}

function plainEntry({ client, sharedDir }: FoundClient): PlainEntry {
  const repository = attempt(() => findRepository(client.cwd));
  return { kind: 'plain', client, sharedDir, branch: repository.status === 'fulfilled' ? (repository.value?.branch ?? null) : null, isStopped: areStopped([client.pid]) };
}

function startOf(entry: SessionEntry | PlainEntry): number {
  return entry.kind === 'plain' ? entry.client.startedAt : entry.manifest.startedAt;
}
