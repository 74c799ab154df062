import type { LiveClient } from '../../client/live-clients.js';
import { transcriptOf } from '../../client/shared-dir.js';
import { unreadableWords } from '../../session/list.js';
import { age } from '../../system/text.js';
import { localTime, shown } from '../shown.js';
import { activityOf, type Entry, type PlainEntry, type SessionEntry, shownActivity, WAITING } from './registry.js';

/** One fact, which may take several lines. */
type Fact = readonly [label: string, ...values: string[]];

/**
 * Everything that is known about a session, for people. Paths are not shortened, so that they can be copied. `now` is in milliseconds since
 * the epoch.
 */
export function sessionLines(entry: SessionEntry | PlainEntry, now: number): string {
  const facts = (entry.kind === 'plain' ? plainFacts(entry, now) : sessionFacts(entry, now)).filter(([, ...values]) => values.length > 0);
  const width = Math.max(...facts.map(([label]) => label.length));
  const lines = facts.flatMap(([label, ...values]) => values.map((value, at) => `${(at === 0 ? label : '').padEnd(width)}  ${value}\n`));
  return lines.join('');
}

function sessionFacts({ paths, manifest, status, clients, unmerged, isStopped }: SessionEntry, now: number): Fact[] {
  const { id, pid, startedAt, branch, cwd, repository, slot, shared, memoryFolder, sync } = manifest;
  return [
    ['session', id],
    ['state', [status, ...activityWords(clients, isStopped, now)].join(', ')],
    ['started', `${localTime(startedAt)} (${age(startedAt, now)} ago)`],
    ['branch', shown(branch ?? '-')],
    ['folder', shown(cwd)],
    ['working tree', shown(repository?.worktree ?? '-')],
    ['slot', ...(slot && status === 'running' ? [`${slot.number}${slot.portBase === null ? '' : ` (ports from ${slot.portBase})`}`] : [])],
    ['memory', shown(memoryFolder ?? '-')],
    ['shared dir', shown(shared.dir)],
    ['home', shown(paths.home)],
    ['sync', sync],
    ['launcher', `pid ${pid}`],
    ['conversation', ...clients.flatMap((client) => conversationLines(client, shared.dir))],
    ['unmerged', ...(unmerged === null ? ['not known'] : unmerged.map(shown))],
    ['more', ...(status === 'unmerged' ? [`pclaudectl merge ${id}`] : []), `pclaudectl log --session ${id}`],
  ];
}

function plainFacts({ client, sharedDir, branch, isStopped }: PlainEntry, now: number): Fact[] {
  return [
    ['process', String(client.pid)],
    ['state', ['running', 'not isolated', ...activityWords([client], isStopped, now)].join(', ')],
    ['started', `${localTime(client.startedAt)} (${age(client.startedAt, now)} ago)`],
    ['branch', shown(branch ?? '-')],
    ['folder', shown(client.cwd)],
    ['shared dir', shown(sharedDir)],
    ['conversation', ...conversationLines(client, sharedDir)],
  ];
}

function activityWords(clients: readonly LiveClient[], isStopped: boolean, now: number): string[] {
  if (isStopped) return ['stopped (to go on: fg in its terminal)'];
  const activity = shownActivity(clients);
  if (!activity) return [];
  return [
    activity.idleSince === null
      ? 'busy'
      : `${activity.status === WAITING ? 'waits for you' : (activity.status ?? 'idle')} for ${age(activity.idleSince, now)}`,
  ];
}

function conversationLines({ conversation, pid, name, kind }: LiveClient, sharedDir: string): string[] {
  const transcript = transcriptOf(sharedDir, conversation);
  const what = [`pid ${pid}`, ...(kind === 'bg' ? ['in the background'] : []), ...(name === null ? [] : [`"${shown(name)}"`])];
  return [`${conversation} (${what.join(', ')})`, ...(transcript === null ? [] : [shown(transcript)])];
}

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
