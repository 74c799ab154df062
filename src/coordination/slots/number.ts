import { existsSync, ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type KernelLock, tryKernelLock } from '../../system/locks/kernel-lock.js';
import { makeFolder } from '../../system/fs/make-folder.js';
import { attempt } from '../../system/attempt.js';

/** A number that no other process has as long as its lock is held. */
export interface TakenNumber {
  readonly number: number;
  /** Held until the process that took the number, and all that inherited its descriptor, have exited. */
  readonly lock: KernelLock;
  /** Gives the number back: no process of the owner uses it any more. */
  readonly giveBack: () => void;
}

export interface Wish {
  /** The owner's name, written into the file of the number. */
  readonly owner: string;
  /** The number to try first. */
  readonly preferred?: number | undefined;
  /** Whether an owner still uses a number whose lock is free. */
  readonly isUsed: (owner: string) => boolean;
}

/**
 * Takes the lowest number from 1 on whose file in `folder` can be locked and that no owner uses. Never waits: of several processes that ask
 * at the same time each gets the first lock that is free. The kernel frees the number of a process that is killed. The files are never
 * removed, because another process may have opened a removed file and would then lock it. Throws the system's errors.
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

/** Clears the owner's name: a name that stays in the file makes the next process scan all processes. */
function giveBack(lock: KernelLock): void {
  attempt(() => ftruncateSync(lock.descriptor));
  lock.release();
}
