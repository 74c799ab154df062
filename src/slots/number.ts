import { existsSync, fstatSync, ftruncateSync, readFileSync, rmdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type KernelLock, tryKernelLock } from '../platform/kernel-lock.js';
import { makeFolder } from '../platform/make-folder.js';
import { settled } from '../platform/settled.js';
import { unlessMissing } from '../platform/unless-missing.js';

/** A number that nobody else has as long as its lock is held. */
export interface TakenNumber {
  readonly number: number;
  /** Lives as long as whoever took the number, or anybody to whom its descriptor was given. */
  readonly lock: KernelLock;
  /** Gives the number back, and leaves no file of it. */
  readonly giveBack: () => void;
}

export interface Wish {
  /** Written into the file of the number. */
  readonly owner: string;
  /** Tried before all others. */
  readonly preferred?: number | undefined;
  /** Is a number still used by this owner, though nobody holds its lock any more? */
  readonly isUsed: (owner: string) => boolean;
}

/**
 * Takes the lowest number from 1 on that is free: nobody has locked its file in `folder`. It never waits: of many who come
 * at the same moment each gets the first lock that no other has. The kernel frees the number of whoever is killed, and the
 * file that they leave is taken over by the next one. Throws the system's errors.
 */
export function takeNumber(folder: string, wish: Wish): TakenNumber {
  const preferred = wish.preferred === undefined ? undefined : tryNumber(folder, wish.preferred, wish);
  if (preferred) return preferred;
  for (let number = 1; ; number++) {
    const taken = tryNumber(folder, number, wish);
    if (taken) return taken;
  }
}

function tryNumber(folder: string, number: number, { owner, isUsed }: Wish): TakenNumber | undefined {
  const file = join(folder, String(number));
  const lock = lockFile(file);
  if (lock === undefined) return undefined;
  let taken = false;
  try {
    const before = readFileSync(lock.descriptor, 'utf8');
    if (before !== '' && before !== owner && isUsed(before)) return undefined;
    ftruncateSync(lock.descriptor);
    writeSync(lock.descriptor, owner);
    taken = true;
    return { number, lock, giveBack: () => giveBack(file, lock) };
  } finally {
    if (!taken) lock.release();
  }
}

/** Undefined when somebody holds the lock. The folder, or the file, may go at any moment: see `giveBack`. */
function lockFile(file: string): KernelLock | undefined {
  for (;;) {
    const lock = existsSync(dirname(file)) ? unlessMissing(() => tryKernelLock(file) ?? 'held') : undefined;
    if (lock === 'held') return undefined;
    if (lock === undefined) makeFolder(dirname(file));
    else if (isAt(lock.descriptor, file)) return lock;
    else lock.release();
  }
}

/** The lock of a file that was removed before we had it keeps nobody out. */
function isAt(descriptor: number, path: string): boolean {
  const [ours, there] = [fstatSync(descriptor), statSync(path, { throwIfNoEntry: false })];
  return there !== undefined && ours.ino === there.ino && ours.dev === there.dev;
}

/** The file goes while it is still locked, and with the last one its folder. One that stays is free all the same. */
function giveBack(file: string, lock: KernelLock): void {
  settled(() => rmSync(file));
  settled(() => rmdirSync(dirname(file)));
  lock.release();
}
