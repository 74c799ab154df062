import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limits } from '../../config/config.js';
import { report } from '../../system/report.js';
import { freeMemory } from '../../system/free-memory.js';
import { type KernelLock, tryKernelLock } from '../../system/locks/kernel-lock.js';
import { makeFolder } from '../../system/fs/make-folder.js';
import { type LiveSession, liveSessions } from '../../session/live.js';
import { placesLockFile } from '../../session/paths.js';
import { failureOf, waitingWords } from './place-words.js';
import { type NoPlace, whyFull } from './why-full.js';

/**
 * The mean time between two attempts, in milliseconds. An attempt takes a fraction of a millisecond, and a user who waits does not notice a
 * delay below a second.
 */
const PAUSE_MS = 300;

/** How long a busy lock is not reported, in milliseconds. Its holder creates a session, which takes milliseconds. */
const PATIENCE_MS = 3_000;

/**
 * Takes a place for a session to be created, and returns the lock that holds it. The caller releases the lock once it holds the session's
 * own lock, because the session then counts by itself. Until then no other process takes a place, so the last place is never taken twice.
 * If no place is free, waits when the limits allow it, and reports that in a line; Ctrl-C ends the process as usual. Otherwise throws
 * `limit-reached`. A launcher that is killed gives its place back.
 */
export async function takePlace(stateDir: string, limits: Limits): Promise<KernelLock> {
  const start = performance.now();
  let told = false;
  for (;;) {
    const tried = tryPlace(stateDir, limits);
    if (tried.state === 'taken') return tried.lock;
    const isLong = tried.state === 'full' || performance.now() - start > PATIENCE_MS;
    if (isLong && limits.atLimit === 'fail') throw failureOf(tried);
    if (isLong && !told) {
      report(waitingWords(tried));
      told = true;
    }
    await delay((0.5 + Math.random()) * PAUSE_MS);
  }
}

type Tried = { readonly state: 'taken'; readonly lock: KernelLock } | NoPlace;

function tryPlace(stateDir: string, limits: Limits): Tried {
  const file = placesLockFile(stateDir);
  makeFolder(dirname(file));
  const lock = tryKernelLock(file);
  if (!lock) return { state: 'busy' };
  let none: NoPlace | undefined;
  try {
    none = lookFor(liveSessions(stateDir), limits);
  } catch (error) {
    lock.release();
    throw error;
  }
  if (none === undefined) return { state: 'taken', lock };
  lock.release();
  return none;
}

/** Returns undefined when there is a place. */
function lookFor(live: readonly LiveSession[], limits: Limits): NoPlace | undefined {
  const full = whyFull(limits, live.length, freeMemory());
  return full && { state: 'full', full, who: live.map(({ paths, manifest }) => manifest?.branch ?? paths.id) };
}
