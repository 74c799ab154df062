import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { KnownError } from '../platform/errors.js';
import { hasCode } from '../platform/fs-error.js';
import { unlessMissing } from '../platform/unless-missing.js';

/**
 * The client's own lock around its state file: the folder `<file>.lock` (the protocol of the npm package
 * proper-lockfile), which counts as left behind when it was not touched for 10 s. Seen in 2.1.329.
 */
const STALE_AFTER_MS = 10_000;
/** How long somebody waits for a client, in milliseconds. */
export interface StateWait {
  readonly timeout: number;
}

/**
 * Runs `act` while we hold the client's lock on `file`; `act` should take well under 10 s. Throws `lock-busy` when a
 * client keeps it for longer than it should. A crash leaves the folder, which the client takes over after 10 s.
 */
export async function withStateLock<T>(file: string, wait: StateWait, act: () => T | Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  const taken = await take(lock, wait);
  try {
    return await act();
  } finally {
    // While this machine slept, a client may have taken ours for stale, and its own is there now.
    if (inodeOf(lock) === taken) remove(lock);
  }
}

/** Returns by what the lock is told from that of others. */
async function take(lock: string, { timeout }: StateWait): Promise<number | undefined> {
  const deadline = performance.now() + timeout;
  for (;;) {
    try {
      mkdirSync(lock);
      return inodeOf(lock);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (performance.now() > deadline) {
      throw new KnownError('lock-busy', `${lock} is held by another process`, 'nothing is lost; try again later');
    }
    if (isStale(lock)) remove(lock);
    await delay(5 + Math.random() * 20);
  }
}

function inodeOf(lock: string): number | undefined {
  return unlessMissing(() => statSync(lock).ino);
}

function isStale(lock: string): boolean {
  const touched = unlessMissing(() => statSync(lock).mtimeMs);
  return touched !== undefined && Date.now() - touched > STALE_AFTER_MS;
}

/** A client that takes the lock for stale may be faster. */
function remove(lock: string): void {
  unlessMissing(() => rmdirSync(lock));
}
