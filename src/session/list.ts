import { readdirSync } from 'node:fs';
import { unlessMissing } from '../platform/unless-missing.js';
import { isInUse } from './in-use.js';
import { isHeldAlone } from './locks.js';
import { type Manifest, readManifest } from './manifest.js';
import { type SessionPaths, sessionPaths, sessionsFolder } from './paths.js';

/** What a session is doing, as far as it can be told from outside. */
type SessionStatus =
  /** Its launcher, its client or another process of its home lives. */
  | 'running'
  /** All have ended, but it has not been merged yet. */
  | 'unmerged'
  /** All of it has been merged. */
  | 'closed';

export interface ListedSession {
  readonly manifest: Manifest;
  readonly status: SessionStatus;
}

/** All sessions of a state dir, the oldest first; none when there is no such dir. */
export function listSessions(stateDir: string): ListedSession[] {
  return (unlessMissing(() => readdirSync(sessionsFolder(stateDir))) ?? [])
    .flatMap((id) => {
      const paths = sessionPaths(stateDir, id);
      const manifest = readManifest(paths.manifest);
      return manifest ? [{ manifest, status: statusOf(manifest, paths) }] : [];
    })
    .toSorted((one, other) => one.manifest.startedAt - other.manifest.startedAt);
}

/** Of one session. */
export function statusOf(manifest: Manifest, { alive, home }: SessionPaths): SessionStatus {
  if (manifest.state.name === 'closed') return 'closed';
  return isHeldAlone(alive) || isInUse(home) ? 'running' : 'unmerged';
}
