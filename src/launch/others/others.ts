import { homedir } from 'node:os';
import { basename, join, sep } from 'node:path';
import type { ConversationChoice } from '../../client/arguments.js';
import { type LiveClient, liveClients } from '../../client/live-clients.js';
import { newestConversation, projectFolder } from '../../client/shared-dir.js';
import { type LiveSession, liveSessions } from '../../session/locks.js';
import { readManifest } from '../../session/manifest.js';
import { isHomeIn, sessionPaths } from '../../session/paths.js';
import { attempt } from '../../system/attempt.js';
import { futureRealPath } from '../../system/fs/paths.js';
import { identityOf, type RepositoryIdentity } from '../../system/git/identity.js';
import { findRepository } from '../../system/git/repository.js';
import type { SessionLaunch } from '../context.js';

/**
 * Returns all that runs now: the sessions of a state dir, including those of which only background jobs are left, and the plain clients of
 * a shared dir. Reads only; skips files that cannot be read.
 */
export function othersOn(stateDir: string, sharedDir: string): Other[] {
  const find = finder();
  const homes = new Map<string, string[]>();
  const plain: Other[] = [];
  for (const { home, cwd } of liveClients(sharedDir)) {
    if (home === null) plain.push({ kind: 'plain', folders: [find(cwd)] });
    else if (isHomeIn(stateDir, home)) homes.set(home, [...(homes.get(home) ?? []), cwd]);
  }
  const live = new Map(liveSessions(stateDir).map((session) => [session.paths.home, session]));
  const sessions = [...new Set([...live.keys(), ...homes.keys()])].map((home): Other => {
    return { kind: 'session', folders: homes.get(home)?.map(find) ?? startOf(live.get(home)) };
  });
  return [...sessions, ...plain];
}

/** The folder in which a session was started. A client records its own folder only after a moment, and an old client never does. */
function startOf(session: LiveSession | undefined): WorkingFolder[] {
  const manifest = session?.manifest;
  return manifest ? [{ folder: manifest.cwd, repository: manifest.repository }] : [];
}

/** Many clients work in few folders, and each folder costs reading a few files. */
function finder(): (cwd: string) => WorkingFolder {
  const known = new Map<string, WorkingFolder>();
  return (cwd) => {
    const found = known.get(cwd) ?? workingFolderOf(cwd);
    known.set(cwd, found);
    return found;
  };
}

/** The folder in which a client works, and its repository. */
export interface WorkingFolder {
  /** A real path. */
  readonly folder: string;
  /** Null outside git. */
  readonly repository: RepositoryIdentity | null;
}

/** Returns where a client with this current folder works. A folder that was removed or cannot be read is in no repository. */
export function workingFolderOf(cwd: string): WorkingFolder {
  const found = attempt(() => findRepository(cwd));
  return { folder: futureRealPath(cwd), repository: found.status === 'fulfilled' && found.value ? identityOf(found.value) : null };
}

/** Another session or client that runs now. */
export interface Other {
  /** A session of pclaude, or a plain client that nothing isolates. */
  readonly kind: 'session' | 'plain';
  /** A session may have background jobs in several folders. */
  readonly folders: readonly WorkingFolder[];
}

/** How close two sessions work to each other, the nearest first. */
const PROXIMITIES = [
  /** They work in one working tree: each sees, and overwrites, the unfinished edits of the other. */
  'working-tree',
  /** They work in two working trees of one repository, as they should. */
  'repository',
  /** They work on different things. */
  'elsewhere',
] as const;

type Proximity = (typeof PROXIMITIES)[number];

/** The others that work nearest, even if that is `elsewhere`. */
export interface NearestOthers {
  readonly proximity: Proximity;
  readonly count: number;
  /** How many of these are plain clients. */
  readonly plain: number;
}

/** Returns undefined when nothing else runs. */
export function nearestOthers(here: WorkingFolder, others: readonly Other[]): NearestOthers | undefined {
  if (others.length === 0) return undefined;
  const all = others.map(({ kind, folders }) => ({ kind, proximity: nearest(folders.map((folder) => proximityOf(here, folder))) }));
  const proximity = nearest(all.map((other) => other.proximity));
  const found = all.filter((other) => other.proximity === proximity);
  return { proximity, count: found.length, plain: found.filter(({ kind }) => kind === 'plain').length };
}

function proximityOf(here: WorkingFolder, other: WorkingFolder): Proximity {
  // Outside git the extent of a project is unknown: two clients work on the same project only if they work in the same folder.
  if (!here.repository || !other.repository) return here.folder === other.folder ? 'working-tree' : 'elsewhere';
  if (here.repository.worktree === other.repository.worktree) return 'working-tree';
  return here.repository.key === other.repository.key ? 'repository' : 'elsewhere';
}

function nearest(found: readonly Proximity[]): Proximity {
  return PROXIMITIES.find((proximity) => found.includes(proximity)) ?? 'elsewhere';
}

/**
 * Returns a line for a user who resumes a conversation that another client has open: where that client runs. Returns undefined when no
 * client has it open, and when the client lets the user choose the conversation. Reads only; skips files that cannot be read.
 */
export function openElsewhere(
  { stateDir, shared, environment, cwd }: Pick<SessionLaunch, 'stateDir' | 'shared' | 'environment' | 'cwd'>,
  choice: ConversationChoice,
): string | undefined {
  const conversation = choice.kind === 'named' ? choice.id.toLowerCase() : newestConversation(projectFolder(shared, environment, cwd));
  const client = liveClients(shared.dir).find((each) => each.conversation.toLowerCase() === conversation);
  if (!client) return undefined;
  return `this conversation is open elsewhere, too (${whereabouts(client, stateDir)}): each of the two goes on without what the other adds`;
}

function whereabouts({ home, cwd, pid }: LiveClient, stateDir: string): string {
  const folder = cwd.startsWith(homedir() + sep) ? `~${cwd.slice(homedir().length)}` : cwd;
  if (home === null) return `plain claude, pid ${pid}, in ${folder}`;
  const id = basename(join(home, '..'));
  const manifest = isHomeIn(stateDir, home) ? attempt(() => readManifest(sessionPaths(stateDir, id).manifest)) : undefined;
  const branch = manifest?.status === 'fulfilled' ? (manifest.value?.branch ?? null) : null;
  return `session ${id}${branch === null ? '' : ` from ${branch}`}, in ${folder}`;
}
