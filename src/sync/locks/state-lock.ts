import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../system/errors.js';
import { hasCode } from '../../system/fs/fs-error.js';
import { waitForKernelLock } from '../../system/locks/kernel-lock.js';
import { unlessMissing } from '../../system/fs/unless-missing.js';
import { lockIfThere } from '../../session/locks.js';

/**
 * The client's own lock around its state file: the folder `<file>.lock` (the protocol of the npm package
 * proper-lockfile), which counts as left behind when it was not touched for 10 s. Seen in 2.1.329.
 */
const STALE_AFTER_MS = 10_000;

/**
 * The mode of those that we make, set as they come into being: no client makes one that its owner cannot write to. Where
 * a file system keeps no modes, ours look like a client's, and what a crash leaves is there for 10 s.
 */
const OUR_MODE = 0o500;

/** How long somebody waits for a client, in milliseconds. */
export interface StateWait {
  readonly timeout: number;
}

/**
 * Runs `act` while we hold the client's lock on `file`; `act` should take well under 10 s. Throws `lock-busy` when a
 * client, or one of us, keeps it for longer than it should. `turn`: the file whose kernel lock whoever of us has or wants
 * that of this client's holds; null for a file to which only one of us comes. A crash leaves the folder: where there is a
 * turn, the next of us knows that nobody holds it; a client takes it over after 10 s.
 */
export async function withStateLock<T>(file: string, wait: StateWait, turn: string | null, act: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + wait.timeout;
  const ours = turn === null ? undefined : await waitForKernelLock(turn, wait);
  try {
    const lock = lockOf(file);
    if (ours) removeOurs(lock);
    const taken = await take(lock, deadline);
    try {
      return await act();
    } finally {
      release(lock, taken);
    }
  } finally {
    ours?.release();
  }
}

/** Removes the lock of a state file that nobody can hold, since all who knew of that file are dead; also when there is none. */
export function removeStateLock(file: string): void {
  remove(lockOf(file));
}

/** Removes what a killed one of us has left; nothing while one of us has its turn, who does that, too. */
export function releaseStateLock(file: string, turn: string): void {
  const ours = lockIfThere(turn);
  if (ours === undefined || ours === 'held') return;
  try {
    removeOurs(lockOf(file));
  } finally {
    ours.release();
  }
}

function lockOf(file: string): string {
  return `${file}.lock`;
}

/** To be called by whose turn it is: then nobody else who makes such lives. */
function removeOurs(lock: string): void {
  const mode = unlessMissing(() => statSync(lock).mode);
  if (mode !== undefined && (mode & 0o777) === OUR_MODE) remove(lock);
}

/** While this machine slept, a client may have taken ours for stale, and its own is there now. */
function release(lock: string, taken: string | undefined): void {
  if (taken !== undefined && identityOf(lock) === taken) remove(lock);
}

/** Returns by what the lock is told from that of others. */
async function take(lock: string, deadline: number): Promise<string | undefined> {
  for (;;) {
    try {
      mkdirSync(lock, OUR_MODE);
      return identityOf(lock);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (performance.now() > deadline) {
      throw new UserError('lock-busy', `${lock} is held by another process`, 'nothing is lost; try again later');
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
