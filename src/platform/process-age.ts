import { readFileSync } from 'node:fs';
import { unlessMissing } from './unless-missing.js';

/** A moment in the life of this process, told by how many processes and threads the system had ever started by then. */
export interface Moment {
  readonly started: number;
}

/** Now; undefined where the system does not tell (all but Linux). */
export function thisMoment(): Moment | undefined {
  const started = process.platform === 'linux' ? numberIn('/proc/stat', /^processes (\d+)$/m) : undefined;
  return started === undefined ? undefined : { started };
}

/** What is started between our own start and the moment. */
const LEEWAY = 1_000;

/**
 * Tells which pids may be of processes that are younger than this one, given a moment soon after its start. Linux gives
 * out pids in a circle, and passes over those in use. As long as it cannot have come round since our start, younger
 * processes have those that follow our own; else all may be younger.
 */
export function mayBeYounger(since: Moment): (pid: number) => boolean {
  const started = thisMoment()?.started ?? Infinity;
  const circle = numberIn('/proc/sys/kernel/pid_max', /(\d+)/);
  const inUse = numberIn('/proc/loadavg', /\/(\d+) /) ?? Infinity;
  const furthest = started - since.started + 2 * inUse + LEEWAY;
  return (pid) => circle === undefined || (pid - process.pid + circle) % circle <= furthest;
}

/** A number that the kernel tells in a file; undefined when it does not. Sources: proc(5). */
function numberIn(file: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(unlessMissing(() => readFileSync(file, 'utf8')) ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}
