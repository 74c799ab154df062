import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { lockIfThere } from '../../session/locks.js';
import { UserError } from '../../system/errors.js';
import { hasCode, unlessMissing } from '../../system/fs/fs-error.js';
import { waitForKernelLock } from '../../system/kernel-lock.js';

/**
 * The client's own lock on its state file is the folder `<file>.lock` (the protocol of the npm package proper-lockfile), which counts as
 * stale when it was not touched for 10 s. Seen in 2.1.329.
 */
const STALE_AFTER_MS = 10_000;

/**
 * The mode of the lock folders that pclaude makes, set at their creation. It identifies them: a client makes none that its owner cannot
 * write to. On a file system without modes they look like a client's, and one that a crash leaves stays for 10 s.
 */
const OUR_MODE = 0o500;

/** How long to wait for a client, in milliseconds. */
export interface StateWait {
  readonly timeout: number;
}

/**
 * Runs `act` under the client's lock on `file`; `act` should take well under 10 s. Throws `lock-busy` when a client, or another pclaude
 * process, still holds the lock after the timeout of `wait`. `queue`: the file whose kernel lock every pclaude process holds while it has
 * or waits for the client's lock; null for a file that only one pclaude process locks. A crash leaves the folder: with a queue, the next
 * pclaude process knows that it is not held and removes it; a client takes it over after 10 s.
 */
export async function withStateLock<T>(file: string, wait: StateWait, queue: string | null, act: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + wait.timeout;
  const first = queue === null ? undefined : await waitForKernelLock(queue, wait);
  try {
    const lock = lockOf(file);
    if (first) removeOurs(lock);
    const taken = await take(lock, deadline);
    try {
      return await act();
    } finally {
      release(lock, taken);
    }
  } finally {
    first?.release();
  }
}

/** Removes the lock of a state file, if any. Only for a file whose lock no process can hold: all processes that knew of it have exited. */
export function removeStateLock(file: string): void {
  remove(lockOf(file));
}

/** Removes a lock that a killed pclaude process left. Does nothing while another one is first in the queue: it removes such a lock itself. */
export function releaseStateLock(file: string, queue: string): void {
  const first = lockIfThere(queue);
  if (first === undefined || first === 'held') return;
  try {
    removeOurs(lockOf(file));
  } finally {
    first.release();
  }
}

function lockOf(file: string): string {
  return `${file}.lock`;
}

/** Only for the process that is first in the queue: no other running process can then hold a lock with this mode. */
function removeOurs(lock: string): void {
  const mode = unlessMissing(() => statSync(lock).mode);
  if (mode !== undefined && (mode & 0o777) === OUR_MODE) remove(lock);
}

/** Leaves a lock of a client: while the machine slept, a client may have taken this one for stale and made its own. */
function release(lock: string, taken: string | undefined): void {
  if (taken !== undefined && identityOf(lock) === taken) remove(lock);
}

/** Makes the lock and returns its identity. Throws `lock-busy` at the deadline. */
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

/** Has the birth time as well, because a disk may give the same inode to the next folder at once. */
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

/** A client that takes the lock for stale may have removed it first. */
function remove(lock: string): void {
  unlessMissing(() => rmdirSync(lock));
}
