import { realFiles } from '../sync/files.js';
import { type Manifest, readManifest } from '../session/manifest.js';
import { type SessionPaths, sessionPaths, sessionsFolder } from '../session/paths.js';
import { hasCode } from '../platform/fs-error.js';

/** A folder of a session, and what is known of it. */
export interface SeenSession {
  readonly paths: SessionPaths;
  /** Undefined: it is lost, of a newer version, or not ours to read. */
  readonly manifest: Manifest | undefined;
}

/** All sessions, also those that nobody can make anything of. */
export function seenSessions(stateDir: string): SeenSession[] {
  return realFiles.list(sessionsFolder(stateDir)).map((id) => {
    const paths = sessionPaths(stateDir, id);
    return { paths, manifest: readIfAllowed(paths.manifest) };
  });
}

/** Those that can be read, in one state. */
export function sessionsThatAre(state: Manifest['state']['name'], stateDir: string): (SeenSession & { readonly manifest: Manifest })[] {
  return seenSessions(stateDir).flatMap(({ paths, manifest }) => (manifest?.state.name === state ? [{ paths, manifest }] : []));
}

function readIfAllowed(path: string): Manifest | undefined {
  try {
    return readManifest(path);
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'ELOOP', 'EISDIR')) return undefined;
    throw error;
  }
}
