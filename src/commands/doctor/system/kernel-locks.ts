import { join } from 'node:path';
import { reasonOf } from '../../../system/fs/fs-error.js';
import { futureRealPath } from '../../../system/fs/future-real-path.js';
import { readTextIfThere } from '../../../system/fs/read-text.js';
import { lockedOnlyHere } from '../../../system/locks/lock-reach.js';
import { isUserError } from '../../../system/errors.js';
import { tryKernelLock } from '../../../system/locks/kernel-lock.js';
import { attempt } from '../../../system/attempt.js';
import { type Check, type Finding, finding } from '../check.js';
import { withProbe } from '../probe.js';

/** Kernel locks work on the file system of the state dir. Without them, two merges could run at the same time. */
export const kernelLocks: Check = {
  name: 'kernel-locks',
  fine: 'kernel locks work on the disk of the state dir',
  needs: 'state dir',
  find: ({ stateDir }) => [...lockFindings(stateDir), ...reachFindings(stateDir, readTextIfThere('/proc/self/mountinfo') ?? '')],
};

/** File systems on which locks exclude only the processes of this machine. */
export function reachFindings(folder: string, mountinfo: string): Finding[] {
  const point = lockedOnlyHere(futureRealPath(folder), mountinfo);
  if (point === null) return [];
  return [
    finding(
      'warning',
      `is on ${point}, where locks do not reach other machines (nolock): sessions of two machines can overwrite each other`,
      'use it from one machine only, or set PCLAUDE_STATE_DIR and CLAUDE_CONFIG_DIR to local disks',
      { path: folder },
    ),
  ];
}

export function lockFindings(folder: string, take: typeof tryKernelLock = tryKernelLock): Finding[] {
  const todo = 'set PCLAUDE_STATE_DIR to a folder on a local disk';
  const outcome = attempt(() => withProbe(folder, (probe) => holdersOf(join(probe, 'lock'), take)));
  if (outcome.status === 'fulfilled')
    return outcome.value === 1 ? [] : [finding('error', `its disk gave one lock to ${outcome.value} holders`, todo, { path: folder })];
  const reason = reasonOf(outcome.reason);
  if (reason === undefined || isUserError(outcome.reason)) throw outcome.reason;
  return [finding('error', `no lock can be taken on its disk: ${reason}`, todo, { path: folder })];
}

/** How many of two requests for the same lock succeed. */
function holdersOf(file: string, take: typeof tryKernelLock): number {
  const holders = [take(file), take(file)].filter((lock) => lock !== undefined);
  for (const lock of holders) lock.release();
  return holders.length;
}
