import { freemem } from 'node:os';
import { join } from 'node:path';
import { attempt } from './attempt.js';
import { readTextIfThere } from './fs/read-text.js';

/**
 * How much memory may still be had, in bytes. On Linux what the kernel could give out at once (`MemAvailable`, by which Node's
 * `freemem` goes there), or less where a control group around us, such as a container, allows less. Elsewhere what is unused:
 * far less than could be had, as systems put all memory to some use.
 */
export function freeMemory(): number {
  return Math.min(freemem(), ...(process.platform === 'linux' ? groupsAround().map(roomIn) : []));
}

/** The folders of our control group (cgroups(7), version 2) and of those around it. */
function groupsAround(root = '/sys/fs/cgroup'): string[] {
  const path = /^0::(\/.*)$/m.exec(textOf('/proc/self/cgroup'))?.[1] ?? '/';
  const names = path.split('/').filter((name) => name !== '');
  return [root, ...names.map((_, at) => join(root, ...names.slice(0, at + 1)))];
}

/** How much more a control group may use; any amount where it has no limit. What it holds of files can go. */
export function roomIn(group: string): number {
  const limit = numberIn(join(group, 'memory.max'), /^(\d+)$/m);
  const used = limit === undefined ? undefined : numberIn(join(group, 'memory.current'), /^(\d+)$/m);
  if (limit === undefined || used === undefined) return Infinity;
  return Math.max(0, limit - used + (numberIn(join(group, 'memory.stat'), /^inactive_file (\d+)$/m) ?? 0));
}

function numberIn(file: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(textOf(file))?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Empty where there is nothing to read. */
function textOf(file: string): string {
  const text = attempt(() => readTextIfThere(file));
  return text.status === 'fulfilled' ? (text.value ?? '') : '';
}
