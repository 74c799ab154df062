import { readdirSync } from 'node:fs';
import { attempt } from '../system/attempt.js';
import { unlessMissing } from '../system/fs/unless-missing.js';
import { isHeld } from './locks.js';
import { type Manifest, readManifest } from './manifest.js';
import { openFolder, type SessionPaths, sessionPaths, unfinishedId } from './paths.js';

/** A session whose launcher or client lives. */
export interface LiveSession {
  readonly paths: SessionPaths;
  /** Undefined where it cannot be read. */
  readonly manifest: Manifest | undefined;
}

/**
 * The sessions that live at this moment, by the locks that the kernel frees when a process ends, however it ends. Those that are
 * being made are not among them, nor those of which only a background job is left. Looks at open sessions only.
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

/** The sessions that are not known to be merged. */
export function openIds(stateDir: string): string[] {
  return (unlessMissing(() => readdirSync(openFolder(stateDir))) ?? []).filter((mark) => unfinishedId(mark) === undefined);
}
