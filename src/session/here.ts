import { type Manifest, readManifest } from './manifest.js';
import { type SessionPaths, sessionPaths } from './paths.js';

/** The session in which this program was started. */
export interface Here {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** Finds the session by the program's environment. Undefined outside any session, and in a session of another state dir. */
export function sessionHere(environment: NodeJS.ProcessEnv, stateDir: string): Here | undefined {
  const id = environment['PCLAUDE_SESSION_ID'];
  if (!id) return undefined;
  const paths = sessionPaths(stateDir, id);
  const manifest = readManifest(paths.manifest);
  // The variable may contain anything, for example a path.
  return manifest?.id === id ? { paths, manifest } : undefined;
}
