import { readdirSync } from 'node:fs';
import { isMissing } from '../platform/fs-error.js';
import { tryKernelLock } from '../platform/kernel-lock.js';
import { type Manifest, readManifest } from './manifest.js';
import { sessionPaths, sessionsFolder } from './paths.js';

/** What a session is doing, as far as it can be told from outside. */
type SessionStatus =
  /** Its launcher or its client lives. */
  | 'running'
  /** Both have ended, but it has not been merged yet. */
  | 'unmerged'
  /** All of it has been merged. */
  | 'closed';

export interface ListedSession {
  readonly manifest: Manifest;
  readonly status: SessionStatus;
}

/** All sessions of a state dir, the oldest first; none when there is no such dir. */
export function listSessions(stateDir: string): ListedSession[] {
  return names(sessionsFolder(stateDir))
    .flatMap((id) => {
      const paths = sessionPaths(stateDir, id);
      const manifest = readManifest(paths.manifest);
      return manifest ? [{ manifest, status: statusOf(manifest, paths.alive) }] : [];
    })
    .toSorted((one, other) => one.manifest.startedAt - other.manifest.startedAt);
}

function statusOf(manifest: Manifest, alive: string): SessionStatus {
  if (manifest.state.name === 'closed') return 'closed';
  const lock = tryKernelLock(alive);
  lock?.release();
  return lock ? 'unmerged' : 'running';
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
