import { homedir } from 'node:os';
import { basename, join, sep } from 'node:path';
import type { ConversationChoice } from '../../client/arguments.js';
import { type LiveClient, liveClients } from '../../client/live-clients.js';
import { newestConversation, projectFolder, type SharedDir } from '../../client/shared-dir.js';
import { type LiveSession, liveSessions } from '../../session/locks.js';
import { readManifest } from '../../session/manifest.js';
import { sessionPaths, sessionsFolder } from '../../session/paths.js';
import { attempt } from '../../system/attempt.js';
import { futureRealPath } from '../../system/fs/paths.js';
import { identityOf, type RepositoryIdentity } from '../../system/git/identity.js';
import { findRepository } from '../../system/git/repository.js';

/**
 * Returns all that runs now: the sessions of a state dir, including those of which only background jobs are left, and the plain clients of
 * a shared dir. Reads only; skips files that cannot be read.
 */
export function othersOn(stateDir: string, sharedDir: string): Other[] {
  const find = finder();
  const homes = new Map<string, string[]>();
  const plain: Other[] = [];
  for (const { home, cwd } of liveClients(sharedDir)) {
    if (home === null) plain.push({ kind: 'plain', places: [find(cwd)] });
    else if (home.startsWith(`${sessionsFolder(stateDir)}/`)) homes.set(home, [...(homes.get(home) ?? []), cwd]);
  }
  const live = new Map(liveSessions(stateDir).map((session) => [session.paths.home, session]));
  const sessions = [...new Set([...live.keys(), ...homes.keys()])].map((home): Other => {
    return { kind: 'session', places: homes.get(home)?.map(find) ?? startOf(live.get(home)) };
  });
  return [...sessions, ...plain];
}

/** The folder in which a session was started. A client records its own folder only after a moment, and an old client never does. */
function startOf(session: LiveSession | undefined): WorkingPlace[] {
  const manifest = session?.manifest;
  return manifest ? [{ folder: manifest.cwd, repository: manifest.repository }] : [];
}

/** Many clients work in few folders, and each folder costs reading a few files. */
function finder(): (cwd: string) => WorkingPlace {
  const known = new Map<string, WorkingPlace>();
  return (cwd) => {
    const place = known.get(cwd) ?? placeOf(cwd);
    known.set(cwd, place);
    return place;
  };
}

/** Returns the place of a client with this working directory. A folder that was removed or cannot be read is in no repository. */
export function placeOf(cwd: string): WorkingPlace {
  return { folder: futureRealPath(cwd), repository: repositoryOf(cwd) };
}

function repositoryOf(cwd: string): RepositoryIdentity | null {
  const found = attempt(() => findRepository(cwd));
  return found.status === 'fulfilled' && found.value ? identityOf(found.value) : null;
}

/** How close two sessions work to each other. */
type Tier =
  /** They work on different things. */
  | 'elsewhere'
  /** They work in two working trees of one repository, as they should. */
  | 'repository'
  /** They work in one working tree: each sees, and overwrites, the unfinished edits of the other. */
  | 'working-tree';

/** The folder in which a client works, and its repository. */
export interface WorkingPlace {
  /** A real path. */
  readonly folder: string;
  /** Null outside git. */
  readonly repository: RepositoryIdentity | null;
}

/** Another session or client that runs now. */
export interface Other {
  /** A session of pclaude, or a plain client that nothing isolates. */
  readonly kind: 'session' | 'plain';
  /** A session may have background jobs in several folders. */
  readonly places: readonly WorkingPlace[];
}

/** The others that matter most: those in the nearest tier, even if that is `elsewhere`. Not a conflict of a merge. */
export interface NearestOthers {
  readonly tier: Tier;
  readonly count: number;
  /** How many of these are plain clients. */
  readonly plain: number;
}

/** Returns undefined when nothing else runs. */
export function nearestOthers(here: WorkingPlace, others: readonly Other[]): NearestOthers | undefined {
  const tiers = others.map(({ kind, places }) => ({ kind, tier: nearest(places.map((place) => tierOf(here, place))) }));
  if (tiers.length === 0) return undefined;
  const tier = nearest(tiers.map((other) => other.tier));
  const met = tiers.filter((other) => other.tier === tier);
  return { tier, count: met.length, plain: met.filter(({ kind }) => kind === 'plain').length };
}

function tierOf(here: WorkingPlace, other: WorkingPlace): Tier {
  // Outside git the extent of a project is unknown: two clients work on the same project only if they work in the same folder.
  if (!here.repository || !other.repository) return here.folder === other.folder ? 'working-tree' : 'elsewhere';
  if (here.repository.worktree === other.repository.worktree) return 'working-tree';
  return here.repository.key === other.repository.key ? 'repository' : 'elsewhere';
}

const FROM_NEAREST = ['working-tree', 'repository', 'elsewhere'] as const;

function nearest(tiers: readonly Tier[]): Tier {
  return FROM_NEAREST.find((tier) => tiers.includes(tier)) ?? 'elsewhere';
}

interface Resuming {
  readonly stateDir: string;
  readonly shared: SharedDir;
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly choice: ConversationChoice;
}

/**
 * Returns a line for a user who resumes a conversation that another client has open: where that client runs. Returns undefined when no
 * client has it open, and when the client lets the user choose the conversation. Reads only; skips files that cannot be read.
 */
export function openElsewhere({ stateDir, shared, environment, cwd, choice }: Resuming): string | undefined {
  const conversation = choice.kind === 'named' ? choice.id.toLowerCase() : newestConversation(projectFolder(shared, environment, cwd));
  const client = liveClients(shared.dir).find((each) => each.conversation.toLowerCase() === conversation);
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
