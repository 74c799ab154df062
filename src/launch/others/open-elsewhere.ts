import { homedir } from 'node:os';
import { basename, join, sep } from 'node:path';
import { readdirSync, statSync } from 'node:fs';
import type { ConversationChoice } from '../../client/arguments.js';
import { type LiveClient, liveClients } from '../../client/running/live-clients.js';
import { projectSlug } from '../../client/project-slug.js';
import { attempt } from '../../system/attempt.js';
import { readManifest } from '../../session/manifest.js';
import { sessionPaths, sessionsFolder } from '../../session/paths.js';

interface Resuming {
  readonly stateDir: string;
  readonly sharedDir: string;
  readonly cwd: string;
  readonly choice: ConversationChoice;
}

/**
 * Returns a line for a user who resumes a conversation that another client has open: where that client runs. Returns undefined when no
 * client has it open, and when the client lets the user choose the conversation. Reads only; skips files that cannot be read.
 */
export function openElsewhere({ stateDir, sharedDir, cwd, choice }: Resuming): string | undefined {
  const conversation = choice.kind === 'named' ? choice.id.toLowerCase() : newestIn(join(sharedDir, 'projects', projectSlug(cwd)));
  const client = liveClients(sharedDir).find((each) => each.conversation.toLowerCase() === conversation);
  if (!client) return undefined;
  return `this conversation is open elsewhere, too (${whereabouts(client, stateDir)}): each of the two goes on without what the other adds`;
}

function whereabouts({ home, cwd, pid }: LiveClient, stateDir: string): string {
  const folder = cwd.startsWith(homedir() + sep) ? `~${cwd.slice(homedir().length)}` : cwd;
  if (home === null) return `plain claude, pid ${pid}, in ${folder}`;
  const id = basename(join(home, '..'));
  const isOurs = home.startsWith(`${sessionsFolder(stateDir)}${sep}`);
  const manifest = isOurs ? attempt(() => readManifest(sessionPaths(stateDir, id).manifest)) : undefined;
  const branch = manifest?.status === 'fulfilled' ? (manifest.value?.branch ?? null) : null;
  return `session ${id}${branch === null ? '' : ` from ${branch}`}, in ${folder}`;
}

/** Returns the conversation that was written last, which the client continues. */
function newestIn(folder: string): string | undefined {
  const names = attempt(() => readdirSync(folder).filter((name) => /^[0-9a-f-]{36}\.jsonl$/.test(name)));
  if (names.status === 'rejected') return undefined;
  const times = names.value.flatMap((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    return stat ? [{ name, at: stat.mtimeMs }] : [];
  });
  const newest = times.toSorted((one, other) => other.at - one.at)[0];
  return newest && basename(newest.name, '.jsonl');
}
