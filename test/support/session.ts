import { findSharedDir } from '../../src/client/shared-dir.js';
import { type Layout, loadLayout } from '../../src/config/layout.js';
import { createShellCalls, type HookContext } from '../../src/hook/hooked-session.js';
import * as merging from '../../src/hook/merging.js';
import { createSession } from '../../src/session/create.js';
import type { Manifest } from '../../src/session/manifest.js';
import { type SessionPaths, sessionPaths } from '../../src/session/paths.js';
import { NO_TURNS } from '../../src/sync/turns/no-turns.js';
import type { KernelLock } from '../../src/system/kernel-lock.js';
import type { Scratch } from './scratch.js';

/** A session without a client, in a scratch folder: the shared dir is `shared`, the state dir `state`. */
export interface OpenSession {
  readonly stateDir: string;
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
  readonly layout: Layout;
  readonly lock: KernelLock;
}

export const layout: Layout = loadLayout({});

/** The session as the launcher passes it to hooks, without turns. */
export function hookOf(stateDir: string, id: string): HookContext {
  return {
    stateDir,
    id,
    loadLayout: async () => layout,
    loadMerging: async () => merging,
    turns: NO_TURNS,
    shellCalls: createShellCalls(),
  };
}

/** An ordinary manifest. */
export function manifestOf(scratch: Scratch, id: string, changes: Partial<Manifest> = {}): Manifest {
  return {
    version: 1,
    id,
    pid: process.pid,
    startedAt: 0,
    cwd: scratch.root,
    branch: 'main',
    repository: null,
    slot: null,
    shared: findSharedDir({ CLAUDE_CONFIG_DIR: scratch.at('shared') }, scratch.root),
    memoryFolder: scratch.at('shared/projects/p/memory'),
    sync: 'continuous',
    state: { name: 'open' },
    ...changes,
  };
}

/** Makes a session from the current content of `shared`. Release its lock to make it an orphan. */
export function openSession(scratch: Scratch, id: string, changes: Partial<Manifest> = {}): OpenSession {
  const stateDir = scratch.at('state');
  const paths = sessionPaths(stateDir, id);
  const manifest = manifestOf(scratch, id, changes);
  const lock = createSession({ stateDir, paths, manifest, layout, settings: {} });
  return { stateDir, paths, manifest, layout, lock };
}
