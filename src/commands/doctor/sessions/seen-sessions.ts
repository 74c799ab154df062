import { findSessions } from '../../../session/list.js';
import type { Manifest } from '../../../session/manifest.js';
import type { SessionPaths } from '../../../session/paths.js';

/** A session dir and its manifest. */
interface SeenSession {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** The readable sessions in one state, the oldest first. */
export function sessionsThatAre(state: Manifest['state']['name'], stateDir: string): SeenSession[] {
  return findSessions(stateDir).sessions.filter(({ manifest }) => manifest.state.name === state);
}
