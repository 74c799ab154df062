import { sharedPath } from '../../../client/shared-dir.js';
import { readTextIfThere } from '../../../system/fs/read-text.js';
import { unescaped } from '../../../system/locks/lock-reach.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, type Finding, finding, type DoctorContext } from '../check.js';
import { topJson } from '../shared/top-json.js';

/** Files of the shared dir that are mounted individually, as containers do. Such a file cannot be replaced, only written in place. */
export const mounts: Check = {
  name: 'mounts',
  fine: 'no file of the shared dir is mounted by itself',
  needs: 'shared dir',
  find: (world) => mountFindings(world, readTextIfThere('/proc/self/mountinfo') ?? ''),
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
