import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limits } from '../config/config.js';
import { type LiveSession, liveSessions } from '../session/locks.js';
import { placesLockFile } from '../session/paths.js';
import { UserError } from '../system/errors.js';
import { freeMemory } from '../system/free-memory.js';
import { makeFolder } from '../system/fs/folders.js';
import { type KernelLock, tryKernelLock } from '../system/kernel-lock.js';
import { report } from '../system/report.js';
import { shorten } from '../system/text.js';

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

/** Why there is no place for another session. */
export type NoPlace =
  /** `who`: the live sessions, by branch or id. */
  | { readonly state: 'full'; readonly full: Full; readonly who: readonly string[] }
  /** Another process is taking a place. */
  | { readonly state: 'busy' };

type Full =
  | { readonly why: 'sessions'; readonly live: number; readonly limit: number }
  | { readonly why: 'memory'; readonly freeMiB: number; readonly limit: number };

const MEBIBYTE = 1024 * 1024;

/** Returns undefined when there is a place. `live`: the number of live sessions; `free`: the free memory in bytes. */
export function whyFull({ sessions, freeMemoryMiB }: Limits, live: number, free: number): Full | undefined {
  if (sessions !== undefined && live >= sessions) return { why: 'sessions', live, limit: sessions };
  const freeMiB = Math.floor(free / MEBIBYTE);
  if (freeMemoryMiB !== undefined && freeMiB < freeMemoryMiB) return { why: 'memory', freeMiB, limit: freeMemoryMiB };
  return undefined;
}

/** The message and the name of the program fit in a line of 80 characters. */
const WIDTH = 71;

/** The message while a launch waits for a place. */
export function waitingWords(none: NoPlace): string {
  if (none.state === 'busy') return 'waiting for another pclaude that is starting; Ctrl-C gives up';
  const { full, who } = none;
  if (full.why === 'memory') return `waiting for memory: ${full.freeMiB} of ${full.limit} MiB are free; Ctrl-C gives up`;
  const [start, end] = [`waiting for one of ${full.live} sessions to end (`, '); Ctrl-C gives up'];
  return `${start}${shorten(who.join(', '), WIDTH - start.length - end.length)}${end}`;
}

/** The error of a launch that may not wait. */
export function failureOf(none: NoPlace): UserError {
  return new UserError('limit-reached', reasonOf(none), wayOutOf(none));
}

function reasonOf(none: NoPlace): string {
  if (none.state === 'busy') return 'another pclaude has been starting for a long time';
  const { full } = none;
  if (full.why === 'memory') return `${full.freeMiB} MiB of memory are free, and limits.freeMemoryMiB asks for ${full.limit}`;
  return `${full.live} sessions run, and limits.sessions allows ${full.limit}`;
}

function wayOutOf(none: NoPlace): string {
  if (none.state === 'busy') return 'try again later';
  return `end one (pclaudectl sessions lists them), or ${none.full.why === 'memory' ? 'lower limits.freeMemoryMiB' : 'raise the limit: PCLAUDE_LIMIT_SESSIONS'}`;
}
