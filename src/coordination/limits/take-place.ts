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
import { type NoPlace, whyFull } from './room.js';

/** A look costs a fraction of a millisecond, and a person who waits notices nothing below a second. */
const PAUSE_MS = 300;

/** Whoever holds the lock makes a session, which takes milliseconds: so long nobody is told that there is no place. */
const PATIENCE_MS = 3_000;

/**
 * Takes a place for a session that is about to be made, and returns what holds it: the session counts by itself once its own lock is
 * held, and then this is to be released. Until then nobody else takes a place, so the last one is never taken twice. Waits for
 * one where the limits say so, and says it in a line; Ctrl-C ends the process as everywhere. Throws `limit-reached` else. A
 * launcher that is killed gives its place back.
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

/** Undefined where there is a place. */
function lookFor(live: readonly LiveSession[], limits: Limits): NoPlace | undefined {
  const full = whyFull(limits, live.length, freeMemory());
  return full && { state: 'full', full, who: live.map(({ paths, manifest }) => manifest?.branch ?? paths.id) };
}
