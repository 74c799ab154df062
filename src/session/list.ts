import { lstatSync, readdirSync } from 'node:fs';
import { unlessMissing } from '../system/fs/unless-missing.js';
import { isInUse } from './in-use.js';
import { isHeld } from './locks.js';
import type { Manifest } from './manifest.js';
import { type SessionPaths, sessionPaths, sessionsFolder } from './paths.js';
import { inspectManifest, type Unreadable } from './unreadable.js';

/** What a session is doing, as far as it is visible from outside. */
export type SessionStatus =
  /** Its launcher, its client or another process in its home runs. */
  | 'running'
  /** All its processes have exited, but it has not been merged yet. */
  | 'unmerged'
  /** It has been merged completely, or discarded. */
  | 'closed';

/** A session with its manifest. */
interface FoundSession {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** A session of which only the id is known. It does not keep callers from working on the others. */
export interface UnreadableSession {
  readonly paths: SessionPaths;
  readonly unreadable: Unreadable;
}

export interface ListedSession extends FoundSession {
  readonly status: SessionStatus;
}

/** The sessions of a state dir. */
export interface Sessions<Found> {
  /** Oldest first. */
  readonly sessions: readonly Found[];
  readonly unreadable: readonly UnreadableSession[];
}

/** All sessions of a state dir, and what each is doing; none when there is no such dir. */
export function listSessions(stateDir: string): Sessions<ListedSession> {
  const { sessions, unreadable } = findSessions(stateDir);
  return { sessions: sessions.map(({ paths, manifest }) => ({ paths, manifest, status: statusOf(manifest, paths) })), unreadable };
}

/** All sessions of a state dir without their status, which costs a look at all processes. */
export function findSessions(stateDir: string): Sessions<FoundSession> {
  const sessions: FoundSession[] = [];
  const unreadable: UnreadableSession[] = [];
  for (const id of unlessMissing(() => readdirSync(sessionsFolder(stateDir))) ?? []) {
    const paths = sessionPaths(stateDir, id);
    // The user may have put a file there, and a link may lead anywhere.
    if (unlessMissing(() => lstatSync(paths.root))?.isDirectory() !== true) continue;
    const found = inspectManifest(paths);
    if (found && 'why' in found) unreadable.push({ paths, unreadable: found });
    else if (found) sessions.push({ paths, manifest: found });
  }
  return { sessions: sessions.toSorted((one, other) => one.manifest.startedAt - other.manifest.startedAt), unreadable };
}

/** The status of one session. */
export function statusOf(manifest: Manifest, { alive, home }: SessionPaths): SessionStatus {
  if (manifest.state.name === 'closed') return 'closed';
  return isHeld(alive) || isInUse(home) ? 'running' : 'unmerged';
}
