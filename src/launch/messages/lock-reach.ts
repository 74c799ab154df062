import { join } from 'node:path';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import { readTextIfThere } from '../../system/fs/read-text.js';
import type { Files } from '../../system/files/files.js';
import { lockedOnlyHere } from '../../system/locks/lock-reach.js';

/**
 * Returns a line that warns that locks do not reach other machines, when the state dir is on such a disk. It is returned once for each
 * disk, and undefined afterwards; a file in the state dir records it. Throws the system's errors. After a crash the line may appear again.
 */
export function newLockReachLine(
  files: Files,
  stateDir: string,
  mountinfo: string = readTextIfThere('/proc/self/mountinfo') ?? '',
): string | undefined {
  const point = lockedOnlyHere(futureRealPath(stateDir), mountinfo);
  const said = join(stateDir, 'lock-reach');
  if (point === null || Buffer.from(files.read(said) ?? '').toString('utf8') === point) return undefined;
  files.writePrivate(said, Buffer.from(point));
  return `${stateDir} is on ${point}, where locks do not reach other machines (nolock): use it from one machine only, or see pclaudectl doctor`;
}
