import { freemem } from 'node:os';
import { join } from 'node:path';
import { attempt } from './attempt.js';
import { readTextIfThere } from './fs/paths.js';
import { numberIn } from './process.js';

/**
 * How much memory is available, in bytes. On Linux this is what the kernel could give out at once (`MemAvailable`, which Node's
 * `freemem` reads there), or less when a control group around this process, such as a container, allows less. Elsewhere it is the
 * unused memory, which is far less than what is available, because systems put all memory to some use.
 */
export function freeMemory(): number {
  return Math.min(freemem(), ...(process.platform === 'linux' ? groupsAround().map(roomIn) : []));
}

/** The folders of this process's control group (cgroups(7), version 2) and of the groups around it. */
function groupsAround(root = '/sys/fs/cgroup'): string[] {
  const path = /^0::(\/.*)$/m.exec(textOf('/proc/self/cgroup'))?.[1] ?? '/';
  const names = path.split('/').filter((name) => name !== '');
  return [root, ...names.map((_, at) => join(root, ...names.slice(0, at + 1)))];
}

/** How many more bytes a control group may use; `Infinity` when it has no limit. Its inactive file cache counts as free. */
export function roomIn(group: string): number {
  const limit = numberIn(join(group, 'memory.max'), /^(\d+)$/m);
  const used = limit === undefined ? undefined : numberIn(join(group, 'memory.current'), /^(\d+)$/m);
  if (limit === undefined || used === undefined) return Infinity;
  return Math.max(0, limit - used + (numberIn(join(group, 'memory.stat'), /^inactive_file (\d+)$/m) ?? 0));
}

/** Empty when the file is missing or cannot be read. */
function textOf(file: string): string {
  const text = attempt(() => readTextIfThere(file));
  return text.status === 'fulfilled' ? (text.value ?? '') : '';
}
