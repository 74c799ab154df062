import { linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPath } from '../../client/shared-dir.js';
import { attempt } from '../../system/attempt.js';
import { isUserError } from '../../system/errors.js';
import { tryExchange } from '../../system/files/exchange.js';
import { realFiles } from '../../system/files/real-files.js';
import { reasonOf } from '../../system/fs/fs-error.js';
import { futureRealPath, readTextIfThere } from '../../system/fs/paths.js';
import { tryKernelLock } from '../../system/kernel-lock.js';
import { isFreeElsewhere } from '../../system/lock-elsewhere.js';
import { mountWithLocalLocks, unescaped } from '../../system/lock-reach.js';
import { type Check, type DoctorContext, type Finding, finding, withProbe } from './check.js';
import { topJson } from './shared-files.js';

/** Kernel locks work on the file system of the state dir. Without them, two merges could run at the same time. */
export const kernelLocks: Check = {
  name: 'kernel-locks',
  fine: 'kernel locks work on the disk of the state dir',
  needs: 'state dir',
  find: ({ stateDir }) => [...lockFindings(stateDir), ...reachFindings(stateDir, readTextIfThere('/proc/self/mountinfo') ?? '')],
};

/** File systems on which locks exclude only the processes of this machine. */
export function reachFindings(folder: string, mountinfo: string): Finding[] {
  const point = mountWithLocalLocks(futureRealPath(folder), mountinfo);
  if (point === null) return [];
  return [
    finding(
      'warning',
      `is on ${point}, where locks do not reach other machines: sessions of two machines can overwrite each other`,
      'use it from one machine only, or set PCLAUDE_STATE_DIR and CLAUDE_CONFIG_DIR to local disks',
      { path: folder },
    ),
  ];
}

/** Whether a lock on the disk of `folder` has one holder only, in this process and in another one. `take` and `isFree` are for tests. */
export function lockFindings(
  folder: string,
  take: typeof tryKernelLock = tryKernelLock,
  isFree: typeof isFreeElsewhere = isFreeElsewhere,
): Finding[] {
  const todo = 'set PCLAUDE_STATE_DIR to a folder on a local disk';
  const outcome = attempt(() => withProbe(folder, (probe) => excluded(join(probe, 'lock'), take, isFree)));
  if (outcome.status === 'fulfilled') return outcome.value === null ? [] : [finding('error', outcome.value, todo, { path: folder })];
  const reason = reasonOf(outcome.reason);
  if (reason === undefined || isUserError(outcome.reason)) throw outcome.reason;
  return [finding('error', `no lock can be taken on its disk: ${reason}`, todo, { path: folder })];
}

/** Holds a lock and requests it twice more. Returns what is wrong if it does not exclude both; null if it does. */
function excluded(file: string, take: typeof tryKernelLock, isFree: typeof isFreeElsewhere): string | null {
  const held = take(file);
  if (held === undefined) return 'its disk refused a lock that nothing holds';
  try {
    const isFreeThere = isFree(file);
    const second = take(file);
    second?.release();
    if (second !== undefined || isFreeThere === true)
      return `its disk gave one lock to ${isFreeThere === true ? '2 processes' : '2 holders'}`;
    return isFreeThere === false ? null : 'no second process could test its locks';
  } finally {
    held.release();
  }
}

/** The file system of the shared dir can exchange two files in one step, which is how pclaude replaces files. */
export const exchanges: Check = {
  name: 'exchanges',
  fine: 'the disk replaces a file and keeps what was there in one step',
  needs: 'shared dir',
  find: ({ shared }) => exchangeFindings(shared.dir),
};

/** How a file in `folder` can be replaced. `exchange` and `link` are for tests. */
export function exchangeFindings(
  folder: string,
  exchange: typeof tryExchange = tryExchange,
  link: (path: string, name: string) => void = linkSync,
): Finding[] {
  const method = attempt(() =>
    withProbe(folder, (probe) => {
      const [one, other] = [join(probe, 'one'), join(probe, 'other')];
      for (const path of [one, other]) writeFileSync(path, '');
      if (exchange(one, other)) return 'exchange';
      return attempt(() => link(one, join(probe, 'second'))).status === 'fulfilled' ? 'second name' : 'copy';
    }),
  );
  if (method.status === 'rejected') {
    const reason = reasonOf(method.reason);
    if (reason === undefined) throw method.reason;
    const todo = 'fix that, or set CLAUDE_CONFIG_DIR to another folder';
    return [finding('error', `nothing can be written there: ${reason}`, todo, { path: folder })];
  }
  if (method.value === 'exchange') return [];
  const how = method.value === 'second name' ? '' : ', and knows no hard links, so files are copied first';
  const what = `its disk cannot replace a file and keep what was there in one step${how}: what others write to a file in the very moment of a merge may be lost`;
  return [finding('note', what, 'keep it on a local disk, if you can', { path: folder })];
}

/** Files of the shared dir that are mounted individually, as containers do. Such a file cannot be replaced, only written in place. */
export const mounts: Check = {
  name: 'mounts',
  fine: 'no file of the shared dir is mounted by itself',
  needs: 'shared dir',
  find: (context) => mountFindings(context, readTextIfThere('/proc/self/mountinfo') ?? ''),
};

/** `mountinfo` is the list of mounts of this process on Linux, see proc_pid_mountinfo(5). */
export function mountFindings({ shared, layout }: Pick<DoctorContext, 'shared' | 'layout'>, mountinfo: string): Finding[] {
  const points = new Set(
    mountinfo
      .split('\n')
      .flatMap((line) => line.split(' ')[4] ?? [])
      .map(unescaped),
  );
  return topJson(layout).flatMap((name): Finding[] => {
    const path = sharedPath(shared, name);
    if (!points.has(realFiles.realPath(path))) return [];
    return [
      finding(
        'note',
        'is mounted by itself, so it is written in its place: a program that reads it at that moment may see half of it',
        'mount its folder instead, if you can',
        { path },
      ),
    ];
  });
}
