import type { LiveClient } from '../../client/running/live-clients.js';
import { activityOf } from './activity.js';
import type { Entry, PlainEntry, SessionEntry } from './registry.js';
import { transcriptOf } from '../../client/transcript.js';
import { unreadableWords } from '../../session/unreadable.js';

/** A session for other programs, as described in docs/sessions.md. Times are in ISO 8601. */
export function sessionJson(entry: Entry): object {
  if (entry.kind === 'unreadable')
    return { id: entry.paths.id, status: 'unreadable', isolated: true, reason: unreadableWords(entry.unreadable) };
  return entry.kind === 'plain' ? plainJson(entry) : ownJson(entry);
}

function plainJson({ client, sharedDir, branch, isStopped }: PlainEntry): object {
  const { pid, startedAt, cwd } = client;
  return {
    id: null,
    status: 'running',
    isolated: false,
    pid,
    startedAt: time(startedAt),
    ...activityJson([client]),
    stopped: isStopped,
    cwd,
    branch,
    sharedDir,
    conversations: [conversationJson(client, sharedDir)],
  };
}

function ownJson({ paths, manifest, status, clients, unmerged, isStopped }: SessionEntry): object {
  const { id, pid, startedAt, cwd, branch, repository, slot, shared, memoryFolder, sync } = manifest;
  // The slot of an ended session may belong to another session by now.
  const own = status === 'running' ? slot : null;
  return {
    id,
    status,
    isolated: true,
    pid,
    startedAt: time(startedAt),
    ...activityJson(clients),
    stopped: isStopped,
    cwd,
    branch,
    repository,
    slot: own?.number ?? null,
    portBase: own?.portBase ?? null,
    sharedDir: shared.dir,
    home: paths.home,
    memoryFolder,
    sync,
    unmerged,
    conversations: clients.map((client) => conversationJson(client, shared.dir)),
  };
}

function activityJson(clients: readonly LiveClient[]): object {
  const { status, idleSince } = activityOf(clients) ?? { status: null, idleSince: null };
  return { activity: status, idleSince: idleSince === null ? null : time(idleSince) };
}

function conversationJson({ conversation, pid, kind, name, status }: LiveClient, sharedDir: string): object {
  return {
    id: conversation,
    pid,
    kind: kind === 'bg' ? 'background' : kind,
    name,
    status,
    transcript: transcriptOf(sharedDir, conversation),
  };
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
