import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limits } from '../config/config.js';
import { type LiveSession, liveSessions } from '../session/locks.js';
import { limitsLockFile } from '../session/paths.js';
import { UserError } from '../system/errors.js';
import { freeMemory } from '../system/free-memory.js';
import { makeFolder } from '../system/fs/folders.js';
import { type KernelLock, tryKernelLock } from '../system/kernel-lock.js';
import { report } from '../system/report.js';
import { count, shorten } from '../system/text.js';

/**
 * The mean time between two attempts, in milliseconds. An attempt takes a fraction of a millisecond, and a user who waits does not notice a
 * delay below a second.
 */
const PAUSE_MS = 300;

/** How long the lock may be busy without a report or an error, in milliseconds. Its holder creates a session, which takes milliseconds. */
const BUSY_MS = 3_000;

/**
 * Waits until the limits allow one more session, and returns a lock. The caller creates the session and then releases the lock, once it
 * holds the session's own lock, because the session then counts by itself. Until then no other launch gets past the limits, so the last
 * session is never allowed twice. At a limit, waits if `limits.atLimit` says so, and reports that in a line; Ctrl-C ends the process as
 * usual. Otherwise throws `limit-reached`. The kernel frees the lock of a launcher that is killed.
 */
export async function waitForLimits(stateDir: string, limits: Limits): Promise<KernelLock> {
  const start = performance.now();
  let isReported = false;
  for (;;) {
    const attempt = tryLimits(stateDir, limits);
    if (attempt.state === 'allowed') return attempt.lock;
    const isLong = attempt.state === 'full' || performance.now() - start > BUSY_MS;
    if (isLong && limits.atLimit === 'fail') throw limitError(attempt);
    if (isLong && !isReported) {
      report(waitingMessage(attempt));
      isReported = true;
    }
    await delay((0.5 + Math.random()) * PAUSE_MS);
  }
}

type Attempt = { readonly state: 'allowed'; readonly lock: KernelLock } | Refusal;

function tryLimits(stateDir: string, limits: Limits): Attempt {
  const file = limitsLockFile(stateDir);
  makeFolder(dirname(file));
  const lock = tryKernelLock(file);
  if (!lock) return { state: 'busy' };
  let refusal: Refusal | undefined;
  try {
    refusal = refusalFor(liveSessions(stateDir), limits);
  } catch (error) {
    lock.release();
    throw error;
  }
  if (refusal === undefined) return { state: 'allowed', lock };
  lock.release();
  return refusal;
}

/** Returns undefined when the limits allow one more session. */
function refusalFor(live: readonly LiveSession[], limits: Limits): Refusal | undefined {
  const full = whyFull(limits, live.length, freeMemory());
  return full && { state: 'full', full, names: live.map(({ paths, manifest }) => manifest?.branch ?? paths.id) };
}

/** Why a launch may not create a session now. */
export type Refusal =
  /** `names`: the live sessions, by branch or id. */
  | { readonly state: 'full'; readonly full: Full; readonly names: readonly string[] }
  /** Another launch is creating a session under the limits. */
  | { readonly state: 'busy' };

type Full =
  | { readonly why: 'sessions'; readonly live: number; readonly limit: number }
  | { readonly why: 'memory'; readonly freeMiB: number; readonly limit: number };

const MEBIBYTE = 1024 * 1024;

/** Returns the limit that is reached; undefined when there is none. `live`: the number of live sessions; `free`: the free memory in bytes. */
export function whyFull({ sessions, freeMemoryMiB }: Limits, live: number, free: number): Full | undefined {
  if (sessions !== undefined && live >= sessions) return { why: 'sessions', live, limit: sessions };
  const freeMiB = Math.floor(free / MEBIBYTE);
  if (freeMemoryMiB !== undefined && freeMiB < freeMemoryMiB) return { why: 'memory', freeMiB, limit: freeMemoryMiB };
  return undefined;
}

/** The message and the name of the program fit in a line of 80 characters. */
const WIDTH = 71;

/** The message while a launch waits. */
export function waitingMessage(refusal: Refusal): string {
  if (refusal.state === 'busy') return 'waiting for another pclaude that is starting; Ctrl-C gives up';
  const { full, names } = refusal;
  if (full.why === 'memory') return `waiting for memory: ${full.freeMiB} of ${full.limit} MiB are free; Ctrl-C gives up`;
  const [start, end] = [`waiting for ${full.live === 1 ? '1 session' : `one of ${full.live} sessions`} to end (`, '); Ctrl-C gives up'];
  return `${start}${shorten(names.join(', '), WIDTH - start.length - end.length)}${end}`;
}

/** The error of a launch that may not wait. */
export function limitError(refusal: Refusal): UserError {
  return new UserError('limit-reached', reasonOf(refusal), hintOf(refusal));
}

function reasonOf(refusal: Refusal): string {
  if (refusal.state === 'busy') return 'another pclaude has been starting for a long time';
  const { full } = refusal;
  if (full.why === 'memory') return `${full.freeMiB} MiB of memory are free, and limits.freeMemoryMiB asks for ${full.limit}`;
  return `${count(full.live, 'session runs', 'sessions run')}, and limits.sessions allows ${full.limit}`;
}

function hintOf(refusal: Refusal): string {
  if (refusal.state === 'busy') return 'try again later';
  const change = refusal.full.why === 'memory' ? 'lower limits.freeMemoryMiB' : 'raise the limit: PCLAUDE_LIMIT_SESSIONS';
  return `end one (pclaudectl sessions lists them), or ${change}`;
}
