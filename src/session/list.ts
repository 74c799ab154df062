import { lstatSync, readdirSync } from 'node:fs';
import { unlessMissing } from '../system/fs/unless-missing.js';
import { isInUse } from './in-use.js';
import { isHeld } from './locks.js';
import type { Manifest } from './manifest.js';
import { type SessionPaths, sessionPaths, sessionsFolder } from './paths.js';
import { inspectManifest, type Unreadable } from './unreadable.js';

/** What a session is doing, as far as it can be told from outside. */
export type SessionStatus =
  /** Its launcher, its client or another process of its home lives. */
  | 'running'
  /** All have ended, but it has not been merged yet. */
  | 'unmerged'
  /** All of it has been merged. */
  | 'closed';

/** A session, as its manifest tells of it. */
interface FoundSession {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** A session of which nothing but its id is known: that is no reason not to work on the others. */
export interface UnreadableSession {
  readonly paths: SessionPaths;
  readonly unreadable: Unreadable;
}

export interface ListedSession extends FoundSession {
  readonly status: SessionStatus;
}

/** The sessions of a state dir. */
export interface Sessions<Found> {
  /** The oldest first. */
  readonly sessions: readonly Found[];
  readonly unreadable: readonly UnreadableSession[];
}

/** All sessions of a state dir, and what each is doing; none when there is no such dir. */
export function listSessions(stateDir: string): Sessions<ListedSession> {
  const { sessions, unreadable } = findSessions(stateDir);
  return { sessions: sessions.map(({ paths, manifest }) => ({ paths, manifest, status: statusOf(manifest, paths) })), unreadable };
}

/** The same without a look at what they are doing, which costs a look at all processes. */
export function findSessions(stateDir: string): Sessions<FoundSession> {
  const sessions: FoundSession[] = [];
  const unreadable: UnreadableSession[] = [];
  for (const id of unlessMissing(() => readdirSync(sessionsFolder(stateDir))) ?? []) {
    const paths = sessionPaths(stateDir, id);
    // Somebody may have put a file there, and a link may lead anywhere.
    if (unlessMissing(() => lstatSync(paths.root))?.isDirectory() !== true) continue;
    const found = inspectManifest(paths);
    if (found && 'why' in found) unreadable.push({ paths, unreadable: found });
    else if (found) sessions.push({ paths, manifest: found });
  }
  return { sessions: sessions.toSorted((one, other) => one.manifest.startedAt - other.manifest.startedAt), unreadable };
}

/** Of one session. */
export function statusOf(manifest: Manifest, { alive, home }: SessionPaths): SessionStatus {
  if (manifest.state.name === 'closed') return 'closed';
  return isHeld(alive) || isInUse(home) ? 'running' : 'unmerged';
}
