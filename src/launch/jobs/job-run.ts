import type { Config } from '../../config/config.js';
import { sessionEnvironment } from '../environment.js';
import type { SharedRun } from '../start.js';
import { loadLayout } from '../../config/layout.js';
import type { Session, Store } from '../../session/session.js';

/** A run of pclaude with a command about background jobs. */
export interface JobRun extends SharedRun {
  /** Its state dir is a real path. */
  readonly config: Config;
}

/** Returns the store of all sessions. */
export function storeOf({ config: { stateDir, layout } }: JobRun): Store {
  return { stateDir, layout: loadLayout(layout) };
}

/** Returns the environment of a client in the home of a session. */
export function environmentIn({ environment }: JobRun, { manifest, paths }: Pick<Session, 'manifest' | 'paths'>): NodeJS.ProcessEnv {
  return sessionEnvironment(environment, manifest, paths, process.pid);
}
