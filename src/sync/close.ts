import { join } from 'node:path';
import { type Manifest, writeManifest } from '../session/manifest.js';
import type { SessionPaths } from '../session/paths.js';
import type { Files } from './files.js';

/** The client's daemon writes this while it lives; jobs of the session go on in it after the client has ended. */
const DAEMON_LOCK = 'daemon.lock';

/**
 * Marks a session as closed, when all of it has been merged: launches then pass over it. Its home stays, because
 * conversations name files in it, and its links still lead to them. A session with a living daemon stays open.
 */
export function closeSession(files: Files, paths: SessionPaths, manifest: Manifest): void {
  if (hasDaemon(files, paths)) return;
  writeManifest(paths.manifest, { ...manifest, state: { name: 'closed', at: new Date().toISOString() } });
  files.remove(paths.openMark);
}

function hasDaemon(files: Files, paths: SessionPaths): boolean {
  return files.kind(join(paths.home, DAEMON_LOCK)) !== null;
}
