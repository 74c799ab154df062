import type { Layout } from '../config/layout.js';
import type { Manifest } from '../session/manifest.js';
import type { SessionPaths } from '../session/paths.js';
import type { Files } from '../system/files/files.js';
import type { LockWaits } from '../sync/locks/locks.js';
import type { Merger } from '../sync/merger.js';
import type { Turns } from '../sync/turns/turns.js';
import type { Looks } from './looks.js';

/** The session that the hook program belongs to, as far as it is known from the start. */
export interface HookSession {
  readonly stateDir: string;
  readonly id: string;
  /** What the files of the shared dir are, and how they are merged. */
  readonly loadLayout: () => Promise<Layout>;
  /** What merges; loaded only for a write that has to be verified or merged. */
  readonly loadMerging: () => Promise<Merging>;
  /** The turns of the session's tool calls; none in a process that answers one event and ends. */
  readonly turns: Turns;
  /** What shared files were before the session's shell commands; null in a process that answers one event and ends. */
  readonly looks: Looks | null;
}

export type Merging = typeof import('./merging.js');

/** The same, with what is known of it. */
export interface HookedSession extends Omit<HookSession, 'id'> {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** What is answered to the client, for one event. */
export type Answer = Readonly<Record<string, unknown>> | undefined;

/** A tool call waits for us, so we wait for others only this long; what is not merged now is merged at the exit. */
const HOOK_PATIENCE: LockWaits = { shared: { timeout: 5_000 }, state: { timeout: 0 } };

/** Runs `act` under the lock of the shared dir. */
export async function underLock(files: Files, session: HookedSession, act: (merger: Merger) => Promise<void>): Promise<void> {
  const [{ sessionLocks }, layout] = await Promise.all([session.loadMerging(), session.loadLayout()]);
  await sessionLocks(files, { ...session, layout }, HOOK_PATIENCE).shared(act);
}
