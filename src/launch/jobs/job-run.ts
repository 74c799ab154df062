import type { Config } from '../../config/config.js';
import { sessionEnvironment } from '../environment.js';
import type { SharedRun } from '../start.js';
import { loadLayout } from '../../config/layout.js';
import type { Session, Store } from '../../session/session.js';

/** A run of pclaude that is about background jobs. */
export interface JobRun extends SharedRun {
  /** Its state dir is a real path. */
  readonly config: Config;
}

/** All sessions. */
export function storeOf({ config: { stateDir, layout } }: JobRun): Store {
  return { stateDir, layout: loadLayout(layout) };
}

/** The environment for a client in the home of a session. */
export function environmentIn({ environment }: JobRun, { manifest, paths }: Pick<Session, 'manifest' | 'paths'>): NodeJS.ProcessEnv {
  return sessionEnvironment(environment, manifest, paths, process.pid);
}
