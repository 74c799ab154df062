import { readdirSync } from 'node:fs';
import { attempt } from '../system/attempt.js';
import { unlessMissing } from '../system/fs/unless-missing.js';
import { isHeld } from './locks.js';
import { type Manifest, readManifest } from './manifest.js';
import { openFolder, type SessionPaths, sessionPaths, unfinishedId } from './paths.js';

/** A session whose launcher or client runs. */
export interface LiveSession {
  readonly paths: SessionPaths;
  /** Undefined when it cannot be read. */
  readonly manifest: Manifest | undefined;
}

/**
 * The sessions that run at this moment, found by the locks that the kernel frees when a process exits, in whatever way. Sessions that
 * are being made are not among them, nor sessions of which only a background job still runs. Looks at open sessions only.
 */
export function liveSessions(stateDir: string): LiveSession[] {
  return openIds(stateDir)
    .map((id) => sessionPaths(stateDir, id))
    .filter(({ alive }) => isHeld(alive))
    .map((paths) => {
      const manifest = attempt(() => readManifest(paths.manifest));
      return { paths, manifest: manifest.status === 'fulfilled' ? manifest.value : undefined };
    });
}

/** The ids of all sessions that are not known to be merged. */
export function openIds(stateDir: string): string[] {
  return (unlessMissing(() => readdirSync(openFolder(stateDir))) ?? []).filter((mark) => unfinishedId(mark) === undefined);
}
