import type { Layout } from '../config/layout.js';
import type { Manifest } from '../session/manifest.js';
import type { SessionPaths } from '../session/paths.js';
import type { LockWaits } from '../sync/locks/timeouts.js';
import type { SharedFile } from '../sync/lost-updates/seen-change.js';
import type { Merger } from '../sync/merger.js';
import type { Turns } from '../sync/turns/turns.js';
import type { Files } from '../system/files/files.js';

/** What the process that answers an event knows before it reads any file. */
export interface HookContext {
  readonly stateDir: string;
  readonly id: string;
  /** Loads the layout: the policy and the driver of each path in the shared dir. */
  readonly loadLayout: () => Promise<Layout>;
  /** Loads the merge code. Called only for a write that must be logged, verified or merged. */
  readonly loadMerging: () => Promise<Merging>;
  /** The turns of the session's tool calls. A process that answers one event and exits takes no turns. */
  readonly turns: Turns;
  /** The content of shared files before each shell command of the session; null in a process that answers one event and exits. */
  readonly shellCalls: ShellCalls | null;
}

export type Merging = typeof import('./merging.js');

/** The session of an event: what the process knows, with the session's paths and manifest. */
export interface HookedSession extends Omit<HookContext, 'id'> {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** What the hook answers to one event; undefined lets the call proceed unchanged. */
export type Answer = Readonly<Record<string, unknown>> | undefined;

/** A tool call waits for the hook, so the hook waits for locks only this long. What it cannot merge now is merged when the client exits. */
const HOOK_TIMEOUTS: LockWaits = { shared: { timeout: 5_000 }, state: { timeout: 0 } };

/** How long a call may hold its turns, in milliseconds. Other writers of these files wait meanwhile. */
export const LEASE_MS = {
  /** A write to memory needs no permission, so it follows at once. */
  memory: 5_000,
  /** For other files the client may first ask its server, which takes seconds (auto mode, from 2.1.283). */
  shared: 10_000,
  shell: 5_000,
} as const;

/** Runs `act` under the lock of the shared dir. */
export async function underLock(files: Files, session: HookedSession, act: (merger: Merger) => Promise<void>): Promise<void> {
  const [{ sessionLocks }, layout] = await Promise.all([session.loadMerging(), session.loadLayout()]);
  await sessionLocks(files, { ...session, layout }, HOOK_TIMEOUTS).shared(act);
}

/** What the launcher knows before a shell command runs. */
export interface CallBefore {
  readonly command: string;
  readonly snapshot: Snapshot;
  /** The real paths of the shared files that the command names. The command got their turns, unless it names too many files. */
  readonly inTurn: ReadonlySet<string>;
}

/**
 * What a launcher remembers of the running shell commands of its session. It is kept in memory only: a launcher that is killed leaves
 * nothing of it behind.
 */
interface ShellCalls {
  readonly keep: (call: string, before: CallBefore) => void;
  /** What was known before this call. */
  readonly before: (call: string) => CallBefore | undefined;
  readonly forget: (call: string) => void;
  /** The ids of the calls that run this command. */
  readonly callsOf: (command: string) => readonly string[];
  /** The files of the last snapshot. The next one reads only files that have changed since then. */
  known: ReadonlyMap<string, SnapshotFile>;
}

/**
 * How many commands are remembered. The client may report nothing about a call that was refused, so old entries are dropped; more commands
 * than this do not run at once.
 */
const MOST_CALLS = 100;

/** Remembers nothing yet. */
export function createShellCalls(): ShellCalls {
  const calls = new Map<string, CallBefore>();
  return {
    keep(call, before) {
      calls.set(call, before);
      for (const oldest of [...calls.keys()].slice(0, -MOST_CALLS)) calls.delete(oldest);
    },
    before: (call) => calls.get(call),
    forget: (call) => void calls.delete(call),
    callsOf: (command) => [...calls].flatMap(([call, before]) => (before.command === command ? call : [])),
    known: new Map(),
  };
}

/** Shared text files as they were at one time. */
export interface Snapshot {
  /** When it was begun, in milliseconds since the epoch. */
  readonly at: number;
  /** The files by their real paths. */
  readonly files: ReadonlyMap<string, SnapshotFile>;
  /** Whether it covers all files, not only the named ones. */
  readonly isWhole: boolean;
}

export interface SnapshotFile extends SharedFile {
  /** Differs when the content differs, unless the content changes twice within one tick of the system clock and keeps its size. */
  readonly signature: string;
  /** When the file was read, in milliseconds since the epoch. */
  readonly readAt: number;
  /** Null for a file that is not text or is too large. */
  readonly content: Uint8Array | null;
}
