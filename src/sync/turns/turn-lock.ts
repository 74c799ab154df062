import { closeSync, fstatSync, ftruncateSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRecord } from '../../system/is-record.js';
import { tryKernelLock } from '../../system/locks/kernel-lock.js';
import { makeFolder } from '../../system/fs/make-folder.js';
import { attempt } from '../../system/attempt.js';
import { unlessMissing } from '../../system/fs/unless-missing.js';

/** The right to write one shared file, among all sessions of the machine. */
export interface Turn {
  /** Gives the turn back, and throws nothing. The kernel does so when the process dies. */
  release(): void;
}

/** Who has a turn, as the lock file says. */
export interface Holder {
  /** Where the holder answers those who wait; null for one that holds a turn for milliseconds. */
  readonly socket: string | null;
  /** When the lease ends, by `monotonicNow`. */
  readonly until: number;
}

/** A turn that another call has. */
export interface Busy {
  readonly inode: number | null;
  /** Null while the holder is about to write it. */
  readonly holder: Holder | null;
}

/**
 * Takes the turn whose lock file this is, or says who has it. The turn is a kernel lock on that file, so a holder that is killed
 * leaves no turn behind, only the empty file, which the next holder uses.
 *
 * The calling sequence: `tryTurn`, the write, `release`. A lock file is removed by its holder, or by `takeOver` when the lease has
 * ended; so a lock counts only while its file still has the name under which others open it.
 */
export function tryTurn(lockFile: string, holder: Holder): Turn | Busy {
  for (;;) {
    const lock = openLock(lockFile);
    if (!lock) return busyWith(lockFile);
    if (inodeOf(lockFile) === fstatSync(lock.descriptor).ino) {
      // On a full disk the turn is held all the same; those who wait then look again and again.
      attempt(() => describe(lock.descriptor, holder));
      return { release: () => release(lockFile, lock.descriptor, holder) };
    }
    closeSync(lock.descriptor);
  }
}

export function isTurn(result: Turn | Busy): result is Turn {
  return 'release' in result;
}

/** A holder that has overrun its lease gets this long to give the turn back by itself, in milliseconds. */
const GRACE_MS = 250;

/** How long until a turn may be taken over, in milliseconds; 0 when it may be now. */
export function takeOverIn({ holder }: Busy): number {
  return holder === null ? GRACE_MS : Math.max(0, holder.until + GRACE_MS - monotonicNow());
}

/**
 * Frees a turn whose holder has stopped (SIGSTOP, a debugger) and overrun its lease. Such a holder keeps its lock on a file that has
 * no name any more. One process at a time does this, so nobody removes the lock file of the next holder.
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

/** Milliseconds on a clock that all processes of the machine share, and that nobody sets. */
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

function describe(descriptor: number, holder: Holder): void {
  ftruncateSync(descriptor);
  writeSync(descriptor, JSON.stringify(holder));
}

/**
 * While the lease lasts nobody else removes the file, so the one of that name is ours. Where its folder cannot be written any more it
 * stays, as after a kill.
 */
function release(lockFile: string, descriptor: number, { until }: Holder): void {
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

/** Null for a text that is not all there yet. */
function parseHolder(text: string): Holder | null {
  const parsed = attempt((): unknown => JSON.parse(text));
  if (parsed.status === 'rejected' || !isRecord(parsed.value)) return null;
  const { socket, until } = parsed.value;
  return (socket === null || typeof socket === 'string') && typeof until === 'number' ? { socket, until } : null;
}
