import { mkdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { KnownError } from '../platform/errors.js';
import { hasCode } from '../platform/fs-error.js';
import { isRecord } from '../platform/is-record.js';
import { readTextIfThere } from '../platform/read-text.js';
import { settled } from '../platform/settled.js';
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
 * client keeps it for longer than it should. A crash leaves the folder, which the client takes over after 10 s, and, in a
 * file at `note`, by what `releaseStateLock` knows it.
 */
export async function withStateLock<T>(file: string, wait: StateWait, act: () => T | Promise<T>, note: string | null = null): Promise<T> {
  const lock = lockOf(file);
  const taken = await take(lock, wait);
  try {
    if (note !== null) writeFileSync(note, JSON.stringify({ lock, taken }), { mode: 0o600 });
    return await act();
  } finally {
    release(lock, taken);
    if (note !== null) rmSync(note, { force: true });
  }
}

/** Removes the lock of a state file that nobody can hold, since all who knew of that file are dead; also when there is none. */
export function removeStateLock(file: string): void {
  remove(lockOf(file));
}

/** Removes the lock that was noted by somebody who is known to be dead; also when there is none. */
export function releaseStateLock(note: string): void {
  const text = readTextIfThere(note);
  if (text === undefined) return;
  const value = settled((): unknown => JSON.parse(text));
  if (value.status === 'fulfilled' && isRecord(value.value)) {
    const { lock, taken } = value.value;
    if (typeof lock === 'string' && typeof taken === 'string') release(lock, taken);
  }
  rmSync(note, { force: true });
}

function lockOf(file: string): string {
  return `${file}.lock`;
}

/** While this machine slept, a client may have taken ours for stale, and its own is there now. */
function release(lock: string, taken: string | undefined): void {
  if (taken !== undefined && identityOf(lock) === taken) remove(lock);
}

/** Returns by what the lock is told from that of others. */
async function take(lock: string, { timeout }: StateWait): Promise<string | undefined> {
  const deadline = performance.now() + timeout;
  for (;;) {
    try {
      mkdirSync(lock);
      return identityOf(lock);
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

/** A disk may give the same inode to the next folder at once. */
function identityOf(lock: string): string | undefined {
  return unlessMissing(() => {
    const { ino, birthtimeNs } = statSync(lock, { bigint: true });
    return `${ino} ${birthtimeNs}`;
  });
}

function isStale(lock: string): boolean {
  const touched = unlessMissing(() => statSync(lock).mtimeMs);
  return touched !== undefined && Date.now() - touched > STALE_AFTER_MS;
}

/** A client that takes the lock for stale may be faster. */
function remove(lock: string): void {
  unlessMissing(() => rmdirSync(lock));
}
