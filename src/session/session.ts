import type { Layout } from '../config/layout.js';
import type { Manifest } from './manifest.js';
import type { SessionPaths } from './paths.js';

/** All sessions of one user, and how the files of a session are treated. */
export interface Store {
  /** Where sessions are kept, absolute. */
  readonly stateDir: string;
  readonly layout: Layout;
}

/** One session of it. */
export interface Session extends Store {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}
