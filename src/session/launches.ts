import { type KernelLock, tryKernelLock } from '../system/locks/kernel-lock.js';
import { pause } from '../system/pause.js';
import { launchesLockFile } from './paths.js';

/** Who holds the lock exclusively removes what a killed launch has left, which takes milliseconds. */
const PATIENCE_MS = 1_000;

/**
 * Says that a session is being made, until it is released: what is there of it is no leftover. Any number of launches may
 * say so at once. Waits a second at most for somebody who is removing leftovers; undefined when that takes longer: a
 * process that was stopped in the middle of it must not keep everybody from launching. The lock of the session itself then
 * speaks for it.
 */
export function holdLaunch(stateDir: string): KernelLock | undefined {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = tryKernelLock(launchesLockFile(stateDir), 'shared');
    if (lock || performance.now() >= deadline) return lock;
    pause(1 + Math.random() * 4);
  }
}

/** Excludes that a session is being made; undefined when one is. */
export function tryWithoutLaunches(stateDir: string): KernelLock | undefined {
  return tryKernelLock(launchesLockFile(stateDir));
}
