import type { Layout } from '../config/layout.js';
import type { Manifest } from './manifest.js';
import type { SessionPaths } from './paths.js';

/** The sessions of one state dir, and the layout that says how their files are shared and merged. */
export interface Store {
  /** The state dir, absolute. */
  readonly stateDir: string;
  readonly layout: Layout;
}

/** One session of a store. */
export interface Session extends Store {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}
