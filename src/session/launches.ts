import { type KernelLock, tryKernelLock } from '../system/locks/kernel-lock.js';
import { pause } from '../system/pause.js';
import { launchesLockFile } from './paths.js';

/** A process that holds the lock exclusively removes the files of killed launches, which takes milliseconds. */
const PATIENCE_MS = 1_000;

/**
 * Takes the lock that says, until it is released, that a session is being made, so that its files are not removed as those of a
 * killed launch. Any number of launches may hold it at once. Waits at most a second for a process that removes such files, and
 * returns undefined when that takes longer: a process that was stopped meanwhile must not block all launches. The session's own
 * lock then protects it.
 */
export function holdLaunch(stateDir: string): KernelLock | undefined {
  const deadline = performance.now() + PATIENCE_MS;
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
