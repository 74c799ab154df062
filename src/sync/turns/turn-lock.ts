import { closeSync, fstatSync, ftruncateSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { attempt } from '../../system/attempt.js';
import { makeFolder } from '../../system/fs/folders.js';
import { unlessMissing } from '../../system/fs/fs-error.js';
import { isRecord, isTextOrNull, parseJson } from '../../system/json.js';
import { tryKernelLock } from '../../system/kernel-lock.js';

/** The right to write one shared file, among all sessions of the machine. */
export interface Turn {
  /** Gives the turn back; throws nothing. The kernel does this when the process dies. */
  release(): void;
}

/** The holder of a turn, as the lock file has it. */
export interface TurnHolder {
  /** The socket at which the holder answers waiters; null for a process that holds the turn for milliseconds only. */
  readonly socket: string | null;
  /** When the lease ends, by `monotonicNow`. */
  readonly until: number;
}

/** A turn that another call has. */
export interface Busy {
  readonly inode: number | null;
  /** Null while the holder has not written it yet. */
  readonly holder: TurnHolder | null;
}

/**
 * Takes the turn of a lock file, or returns its holder. The turn is a kernel lock on that file, so a killed holder leaves no turn behind,
 * only the file, which the next holder uses.
 *
 * Call `tryTurn`, write, and call `release`. The holder removes the lock file, or `takeOver` does after the lease. So a lock counts only
 * while its file still has the name by which other processes open it.
 */
export function tryTurn(lockFile: string, holder: TurnHolder): Turn | Busy {
  for (;;) {
    const lock = openLock(lockFile);
    if (!lock) return busyWith(lockFile);
    if (inodeOf(lockFile) === fstatSync(lock.descriptor).ino) {
      // On a full disk the turn is held all the same. Waiters then find no holder in the file, and poll.
      attempt(() => describe(lock.descriptor, holder));
      return { release: () => release(lockFile, lock.descriptor, holder) };
    }
    closeSync(lock.descriptor);
  }
}

export function isTurn(result: Turn | Busy): result is Turn {
  return 'release' in result;
}

/** How long a holder that has overrun its lease may take to give the turn back by itself, in milliseconds. */
const GRACE_MS = 250;

/** The time until a turn may be taken over, in milliseconds; 0 if it may be taken over now. */
export function takeOverIn({ holder }: Busy): number {
  return holder === null ? GRACE_MS : Math.max(0, holder.until + GRACE_MS - monotonicNow());
}

/**
 * Frees a turn whose holder was stopped (SIGSTOP, a debugger) and has overrun its lease. Such a holder keeps its lock, but on a file that
 * no longer has a name. One process at a time does this, so none removes the lock file of the next holder.
 */
export function takeOver(lockFile: string, { inode }: Busy): void {
  const guard = tryKernelLock(join(dirname(lockFile), 'take-over'));
  if (!guard) return;
  try {
    const { inode: now, holder } = busyWith(lockFile);
    if (now !== null && now === inode && holder !== null && takeOverIn({ inode, holder }) === 0) unlessMissing(() => unlinkSync(lockFile));
  } finally {
    guard.release();
  }
}

/** Milliseconds on a clock that all processes of the machine share, and that cannot be set. */
export function monotonicNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}

function openLock(lockFile: string): ReturnType<typeof tryKernelLock> {
  const lock = unlessMissing(() => tryKernelLock(lockFile));
  if (lock || inodeOf(lockFile) !== null) return lock;
  makeFolder(dirname(lockFile));
  return tryKernelLock(lockFile);
}

function describe(descriptor: number, holder: TurnHolder): void {
  ftruncateSync(descriptor);
  writeSync(descriptor, JSON.stringify(holder));
}

/**
 * Frees the lock, and removes the lock file if the lease has not ended: until then no other process removes it, so the file of that name is
 * the one of this turn. If its folder is no longer writable, it stays, as after a kill.
 */
function release(lockFile: string, descriptor: number, { until }: TurnHolder): void {
  if (monotonicNow() < until) attempt(() => unlinkSync(lockFile));
  closeSync(descriptor);
}

function busyWith(lockFile: string): Busy {
  const inode = inodeOf(lockFile);
  const text = unlessMissing(() => readFileSync(lockFile, 'utf8')) ?? '';
  return { inode, holder: parseHolder(text) };
}

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}

/** Null for incomplete text. */
function parseHolder(text: string): TurnHolder | null {
  const value = parseJson(text);
  if (!isRecord(value)) return null;
  const { socket, until } = value;
  return isTextOrNull(socket) && typeof until === 'number' ? { socket, until } : null;
}
