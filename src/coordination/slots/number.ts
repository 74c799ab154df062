import { existsSync, ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type KernelLock, tryKernelLock } from '../../system/locks/kernel-lock.js';
import { makeFolder } from '../../system/fs/make-folder.js';
import { attempt } from '../../system/attempt.js';

/** A number that nobody else has as long as its lock is held. */
export interface TakenNumber {
  readonly number: number;
  /** Lives as long as whoever took the number, or anybody to whom its descriptor was given. */
  readonly lock: KernelLock;
  /** Gives the number back: no owner uses it any more. */
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
 * at the same moment each gets the first lock that no other has. The kernel frees the number of whoever is killed. The files
 * stay, since one that is removed could be locked by whoever had just opened it. Throws the system's errors.
 */
export function takeNumber(folder: string, wish: Wish): TakenNumber {
  if (!existsSync(folder)) makeFolder(folder);
  const preferred = wish.preferred === undefined ? undefined : tryNumber(folder, wish.preferred, wish);
  if (preferred) return preferred;
  for (let number = 1; ; number++) {
    const taken = tryNumber(folder, number, wish);
    if (taken) return taken;
  }
}

function tryNumber(folder: string, number: number, { owner, isUsed }: Wish): TakenNumber | undefined {
  const lock = tryKernelLock(join(folder, String(number)));
  if (lock === undefined) return undefined;
  let taken = false;
  try {
    const before = readFileSync(lock.descriptor, 'utf8');
    if (before !== '' && before !== owner && isUsed(before)) return undefined;
    if (before !== '') ftruncateSync(lock.descriptor);
    writeSync(lock.descriptor, owner);
    taken = true;
    return { number, lock, giveBack: () => giveBack(lock) };
  } finally {
    if (!taken) lock.release();
  }
}

/** A name that stays in the file costs the next one a look at all processes. */
function giveBack(lock: KernelLock): void {
  attempt(() => ftruncateSync(lock.descriptor));
  lock.release();
}
