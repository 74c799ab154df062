import { below } from '../fs/below.js';

/**
 * The mount point of a network disk on which locks keep apart only the processes of one machine, when `path` (real) is on one; null on all
 * other disks. `mountinfo`: what Linux tells of the mounts of this process, see proc_pid_mountinfo(5). NFS takes locks for this machine alone
 * with `nolock`, which it shows as `local_lock`, see nfs(5).
 */
export function lockedOnlyHere(path: string, mountinfo: string): string | null {
  const holding = mountsIn(mountinfo).filter(({ point }) => point === path || below(point, path) !== undefined);
  // Of two mounts at one place the later one hides the other.
  const nearest = holding.reduce<Mount | undefined>((best, mount) => (best === undefined || mount.point.length >= best.point.length ? mount : best), undefined);
  return nearest !== undefined && /^nfs4?$/.test(nearest.type) && nearest.options.some((option) => LOCAL.has(option)) ? nearest.point : null;
}

/** `flock` alone would not do: the kernel locks that pclaude takes on Linux are of the other kind. */
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

/** Blanks and the like are octal there. */
export function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
