import { type Manifest, readManifest } from './manifest.js';
import { type SessionPaths, sessionPaths } from './paths.js';

/** The session in which a program was started. */
export interface Here {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** By the environment of the program; undefined outside any session, and where that is not one of this state dir. */
export function sessionHere(environment: NodeJS.ProcessEnv, stateDir: string): Here | undefined {
  const id = environment['PCLAUDE_SESSION_ID'];
  if (!id) return undefined;
  const paths = sessionPaths(stateDir, id);
  const manifest = readManifest(paths.manifest);
  // The variable may hold anything; a path, say.
  return manifest?.id === id ? { paths, manifest } : undefined;
}
