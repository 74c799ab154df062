import { readFileSync } from 'node:fs';
import { attempt } from '../attempt.js';

/** A moment in the life of this process, as the system's count of processes tells it. Linux only. */
export interface Moment {
  /** How many processes and threads had ever been started. */
  readonly started: number;
  /** How many there were. */
  readonly alive: number;
  /** So many pids there are. */
  readonly circle: number;
}

/** Now; undefined where the system does not tell. */
export function thisMoment(): Moment | undefined {
  if (process.platform !== 'linux') return undefined;
  const [started, alive, circle] = [countStarted(), numberIn('/proc/loadavg', /\/(\d+) /), numberIn('/proc/sys/kernel/pid_max', /(\d+)/)];
  return started === undefined || alive === undefined || circle === undefined ? undefined : { started, alive, circle };
}

/** What is started between our own start and the moment. */
const LEEWAY = 1_000;

/**
 * Tells which pids may be of processes that are younger than this one, given a moment soon after its start. Linux gives
 * out pids in a circle, and passes over those in use. As long as it cannot have come round since our start, younger
 * processes have those that follow our own; else all may be younger.
 */
export function mayBeYounger({ started, alive, circle }: Moment): (pid: number) => boolean {
  const furthest = (countStarted() ?? Infinity) - started + 2 * alive + LEEWAY;
  return (pid) => (pid - process.pid + circle) % circle <= furthest;
}

function countStarted(): number | undefined {
  return numberIn('/proc/stat', /^processes (\d+)$/m);
}

/** A number that the kernel tells in a file, see proc(5); undefined when it does not, or may not be asked. */
function numberIn(file: string, pattern: RegExp): number | undefined {
  const text = attempt(() => readFileSync(file, 'utf8'));
  const found = text.status === 'fulfilled' ? pattern.exec(text.value)?.[1] : undefined;
  return found === undefined ? undefined : Number(found);
}
