import { expect, it } from 'vitest';
import { mountWithLocalLocks } from '../../../src/system/lock-reach.js';

const ROOT = '21 1 252:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw';

function nfs(point: string, options: string, type = 'nfs4'): string {
  return `90 21 0:48 / ${point} rw,relatime shared:50 - ${type} server:/export rw,vers=4.2,${options},addr=10.0.0.2`;
}

it.each<readonly [name: string, path: string, mounts: readonly string[], point: string | null]>([
  ['on a local disk', '/home/me/state', [ROOT], null],
  ['on NFS with locks', '/home/me/state', [ROOT, nfs('/home', 'local_lock=none')], null],
  ['on NFS without locks', '/home/me/state', [ROOT, nfs('/home', 'local_lock=all', 'nfs')], '/home'],
  ['on NFS with local locks of this kind', '/home/me/state', [ROOT, nfs('/home', 'local_lock=posix')], '/home'],
  ['on NFS with local locks of another kind', '/home/me/state', [ROOT, nfs('/home', 'local_lock=flock')], null],
  ['on NFS with nolock', '/home', [ROOT, nfs('/home', 'nolock')], '/home'],
  ['on sshfs', '/home/me/state', [ROOT, '41 26 0:38 / /home rw - fuse.sshfs server:/home rw,user_id=0'], '/home'],
  ['on another FUSE disk', '/home/me/state', [ROOT, '43 26 0:40 / /home rw - fuse /home rw,user_id=0'], null],
  ['beside such a disk', '/homes/me', [ROOT, nfs('/home', 'nolock')], null],
  ['on a local disk mounted below one', '/home/me/state', [nfs('/home', 'nolock'), ROOT.replace(' / / ', ' / /home/me ')], null],
  ['on one mounted over another', '/mnt/state', [ROOT.replace(' / / ', ' / /mnt '), nfs('/mnt', 'nolock')], '/mnt'],
  ['where the name has a blank', '/my disk/state', [ROOT, nfs('/my\\040disk', 'nolock')], '/my disk'],
  ['where nothing is known', '/home/me/state', [], null],
])('locks %s', (_name, path, mounts, point) => {
  expect(mountWithLocalLocks(path, mounts.join('\n'))).toBe(point);
});
