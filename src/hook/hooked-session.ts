import type { Layout } from '../config/layout.js';
import type { Manifest } from '../session/manifest.js';
import type { SessionPaths } from '../session/paths.js';
import type { Files } from '../system/files/files.js';
import type { LockWaits } from '../sync/locks/locks.js';
import type { Merger } from '../sync/merger.js';
import type { Turns } from '../sync/turns/turns.js';
import type { Looks } from './looks.js';

/** The session of the hook, with what is known before any file is read. */
export interface HookSession {
  readonly stateDir: string;
  readonly id: string;
  /** Loads the layout: the policy and the driver of each path in the shared dir. */
  readonly loadLayout: () => Promise<Layout>;
  /** Loads the merge code. Called only for a write that must be logged, verified or merged. */
  readonly loadMerging: () => Promise<Merging>;
  /** The turns of the session's tool calls. A process that answers one event and exits takes no turns. */
  readonly turns: Turns;
  /** The content of shared files before each shell command of the session; null in a process that answers one event and exits. */
  readonly looks: Looks | null;
}

export type Merging = typeof import('./merging.js');

/** The session of the hook with its paths and manifest. */
export interface HookedSession extends Omit<HookSession, 'id'> {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** What the hook answers to one event; undefined lets the call proceed unchanged. */
export type Answer = Readonly<Record<string, unknown>> | undefined;

/** A tool call waits for the hook, so the hook waits for locks only this long. What it cannot merge now is merged when the client exits. */
const HOOK_PATIENCE: LockWaits = { shared: { timeout: 5_000 }, state: { timeout: 0 } };

/** Runs `act` under the lock of the shared dir. */
export async function underLock(files: Files, session: HookedSession, act: (merger: Merger) => Promise<void>): Promise<void> {
  const [{ sessionLocks }, layout] = await Promise.all([session.loadMerging(), session.loadLayout()]);
  await sessionLocks(files, { ...session, layout }, HOOK_PATIENCE).shared(act);
}
