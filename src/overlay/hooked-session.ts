import type { Layout } from '../layout/layout.js';
import { throwFirst } from '../platform/settled.js';
import type { Manifest } from '../session/manifest.js';
import type { SessionPaths } from '../session/paths.js';
import { unmergedCalls } from '../sync/calls.js';
import type { Files } from '../sync/files.js';
import type { LockWaits } from '../sync/locks.js';
import type { Merger } from '../sync/merger.js';
import type { Overlaid } from '../sync/overlaid.js';

/** The session that the hook program belongs to, as far as it is known from the start. */
export interface HookSession {
  readonly stateDir: string;
  readonly id: string;
  /** What the files of the shared dir are, and how they are merged. */
  readonly loadLayout: () => Promise<Layout>;
  /** The permission rules by which the user wants to be asked, or refuses, as they are now. */
  readonly loadRefusals: (paths: SessionPaths, manifest: Manifest) => Promise<readonly string[]>;
}

/** The same, with what is known of it. */
export interface HookedSession extends Omit<HookSession, 'id'> {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** What is answered to the client, for one event. */
export type Answer = Readonly<Record<string, unknown>> | undefined;

/** A tool call waits for us, so we wait for others only this long; what is not merged now is merged at the exit. */
const HOOK_PATIENCE: LockWaits = { shared: { timeout: 5_000 }, state: { timeout: 0 } };

/** Runs `act` under the lock of the shared dir. What merges is loaded only where it is needed: most calls just read. */
export async function underLock(files: Files, session: HookedSession, act: (merger: Merger) => Promise<void>): Promise<void> {
  const [{ sessionLocks }, layout] = await Promise.all([import('./merging.js'), session.loadLayout()]);
  await sessionLocks(files, { ...session, layout }, HOOK_PATIENCE).shared(act);
}

/** Merges what tool calls have written. Throws what the first one that failed threw. */
export async function mergeCalls(files: Files, session: HookedSession, tree: Overlaid, calls: readonly string[]): Promise<void> {
  const { pushCalls } = await import('./merging.js');
  await underLock(files, session, async (merger) => throwFirst(await pushCalls(files, merger, tree, calls)));
}

/** An earlier call may have found the lock taken, or the disk full: what it wrote goes first, so that the next call finds it. */
export async function mergeLeft(files: Files, session: HookedSession, tree: Overlaid): Promise<void> {
  const left = unmergedCalls(files, tree);
  if (left.length > 0) await mergeCalls(files, session, tree, left);
}

/** Conversations outlive sessions, so no result that a model reads may name a folder of this one. */
export function withSharedPaths(value: unknown, own: string, shared: string): unknown {
  if (typeof value === 'string') return value.replaceAll(own, shared);
  if (Array.isArray(value)) return value.map((item) => withSharedPaths(item, own, shared));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSharedPaths(item, own, shared)]));
}
