import type { LiveClient } from '../../client/running/live-clients.js';
import { activityOf } from './activity.js';
import type { PlainEntry, SessionEntry } from './registry.js';
import { transcriptOf } from '../../client/transcript.js';
import { age, localTime, shown } from '../output.js';

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
  const activity = activityOf(clients);
  if (!activity) return [];
  return [
    activity.idleSince === null
      ? 'busy'
      : `${activity.status === 'waiting' ? 'waits for you' : (activity.status ?? 'idle')} for ${age(activity.idleSince, now)}`,
  ];
}

function conversationLines({ conversation, pid, name, kind }: LiveClient, sharedDir: string): string[] {
  const transcript = transcriptOf(sharedDir, conversation);
  const what = [`pid ${pid}`, ...(kind === 'bg' ? ['in the background'] : []), ...(name === null ? [] : [`"${shown(name)}"`])];
  return [`${conversation} (${what.join(', ')})`, ...(transcript === null ? [] : [shown(transcript)])];
}
