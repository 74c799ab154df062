import { below } from './fs/paths.js';

/**
 * The mount point of the network disk that contains `path` (real), when locks on it exclude only processes of this machine; null for all
 * other disks. `mountinfo`: the content of Linux's list of the mounts of this process, see proc_pid_mountinfo(5). With the mount option
 * `nolock`, which is listed as `local_lock`, NFS keeps locks on this machine, see nfs(5). sshfs always does.
 */
export function mountWithLocalLocks(path: string, mountinfo: string): string | null {
  const holding = mountsIn(mountinfo).filter(({ point }) => point === path || below(point, path) !== undefined);
  // Of two mounts at one path the later one hides the other.
  const nearest = holding.reduce<Mount | undefined>(
    (best, mount) => (best === undefined || mount.point.length >= best.point.length ? mount : best),
    undefined,
  );
  return nearest !== undefined && hasLocalLocks(nearest) ? nearest.point : null;
}

function hasLocalLocks({ type, options }: Mount): boolean {
  return type === 'fuse.sshfs' || (/^nfs4?$/.test(type) && options.some((option) => LOCAL.has(option)));
}

/** `local_lock=flock` is not among them: it does not apply to the kernel locks that pclaude takes on Linux (fcntl). */
const LOCAL: ReadonlySet<string> = new Set(['nolock', 'local_lock=all', 'local_lock=posix']);

interface Mount {
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

function mountsIn(mountinfo: string): Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const point = before.split(' ')[4];
    const [type = '', , options = ''] = after.split(' ');
    return point === undefined ? [] : [{ point: unescaped(point), type, options: options.split(',') }];
  });
}

/** Decodes a path of mountinfo, in which blanks and other special characters are octal. */
export function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
