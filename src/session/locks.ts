import { existsSync, readdirSync } from 'node:fs';
import { hasDaemon } from '../client/jobs.js';
import { attempt } from '../system/attempt.js';
import { unlessMissing } from '../system/fs/fs-error.js';
import { type KernelLock, type LockMode, tryKernelLock } from '../system/kernel-lock.js';
import { isInSomeEnvironment, type Moment } from '../system/process-environment.js';
import { pause } from '../system/process.js';
import { type Manifest, readManifest } from './manifest.js';
import { launchesLockFile, openFolder, type SessionPaths, sessionPaths, unfinishedId } from './paths.js';

/** Takes a lock of a session. Undefined when the lock file is missing, because there is no such session; the file is not created then. */
export function lockIfThere(path: string, mode: LockMode = 'exclusive'): KernelLock | 'held' | undefined {
  return unlessMissing(() => (existsSync(path) ? (tryKernelLock(path, mode) ?? 'held') : undefined));
}

/**
 * Takes the locks of a session whose launcher and client have exited, as one lock. While it is held, no other process merges, closes
 * or removes the session. Returns `held` when the launcher or the client runs, or when another process does one of these; undefined
 * when there is no such session.
 */
export function lockEnded({ alive, launcher }: SessionPaths): KernelLock | 'held' | undefined {
  const lock = lockIfThere(alive);
  if (lock === undefined || lock === 'held') return lock;
  const own = lockIfThere(launcher);
  if (own !== 'held') return { descriptor: lock.descriptor, release: () => [own, lock].forEach((each) => each?.release()) };
  lock.release();
  return 'held';
}

/**
 * Whether a lock is held. `by`: the mode in which its long-term holders hold it. For an exclusive lock, other processes that ask at the
 * same moment are not mistaken for its holder.
 */
export function isHeld(path: string, by: LockMode = 'exclusive'): boolean {
  const lock = lockIfThere(path, by === 'exclusive' ? 'shared' : 'exclusive');
  if (lock === 'held') return true;
  lock?.release();
  return false;
}

/** A session whose launcher or client runs. */
export interface LiveSession {
  readonly paths: SessionPaths;
  /** Undefined when it cannot be read. */
  readonly manifest: Manifest | undefined;
}

/**
 * The sessions that run at this moment, found by the locks that the kernel frees when a process exits, in whatever way. Sessions that
 * are being made are not among them, nor sessions of which only a background job still runs. Looks at open sessions only.
 */
export function liveSessions(stateDir: string): LiveSession[] {
  return openIds(stateDir)
    .map((id) => sessionPaths(stateDir, id))
    .filter(({ alive }) => isHeld(alive))
    .map((paths) => {
      const manifest = attempt(() => readManifest(paths.manifest));
      return { paths, manifest: manifest.status === 'fulfilled' ? manifest.value : undefined };
    });
}

/** The ids of all sessions that are not known to be merged. */
export function openIds(stateDir: string): string[] {
  return (unlessMissing(() => readdirSync(openFolder(stateDir))) ?? []).filter((mark) => unfinishedId(mark) === undefined);
}

/**
 * Whether any process may still write to a home whose launcher and client have exited: a background daemon of the client, or
 * a process that was started in the session and still runs, such as a `claude` or a script in the background. On Linux it
 * finds processes that were started with the home as `CLAUDE_CONFIG_DIR`, whether they use that variable or only pass it on.
 * On macOS, where another process's environment cannot be read, it sees daemons only. `since`: a moment soon after the
 * launch; the launcher passes it, because processes older than itself do not matter to it.
 */
export function isInUse(home: string, since?: Moment): boolean {
  return hasDaemon(home) || isInSomeEnvironment('CLAUDE_CONFIG_DIR', home, since);
}

/** A process that holds the lock exclusively removes the files of killed launches, which takes milliseconds. */
const LAUNCH_TIMEOUT_MS = 1_000;

/**
 * Takes the lock that says, until it is released, that a session is being made, so that its files are not removed as those of a
 * killed launch. Any number of launches may hold it at once. Waits at most a second for a process that removes such files, and
 * returns undefined when that takes longer: a process that was stopped meanwhile must not block all launches. The session's own
 * lock then protects it.
 */
export function holdLaunch(stateDir: string): KernelLock | undefined {
  const deadline = performance.now() + LAUNCH_TIMEOUT_MS;
  for (;;) {
    const lock = tryKernelLock(launchesLockFile(stateDir), 'shared');
    if (lock || performance.now() >= deadline) return lock;
    pause(1 + Math.random() * 4);
  }
}

/** Takes the lock that keeps sessions from being made; undefined when one is being made. */
export function tryWithoutLaunches(stateDir: string): KernelLock | undefined {
  return tryKernelLock(launchesLockFile(stateDir));
}
