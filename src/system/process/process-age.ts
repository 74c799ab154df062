import { readFileSync } from 'node:fs';
import { attempt } from '../attempt.js';

/** A moment in the life of this process, in terms of the system's process counts. Linux only. */
export interface Moment {
  /** How many processes and threads the system had started by then. */
  readonly started: number;
  /** How many processes and threads existed at that moment. */
  readonly alive: number;
  /** The number of pids, after which the kernel starts again from the lowest. */
  readonly circle: number;
}

/** The current moment; undefined when the system does not report these counts. */
export function thisMoment(): Moment | undefined {
  if (process.platform !== 'linux') return undefined;
  const [started, alive, circle] = [countStarted(), numberIn('/proc/loadavg', /\/(\d+) /), numberIn('/proc/sys/kernel/pid_max', /(\d+)/)];
  return started === undefined || alive === undefined || circle === undefined ? undefined : { started, alive, circle };
}

/** How many processes may be started between the start of this process and the moment. */
const LEEWAY = 1_000;

/**
 * Returns a test for pids whose process may be younger than this one, given a moment soon after the start of this process.
 * Linux gives out pids in a circle, and skips those in use. As long as it cannot have gone round since this process started,
 * younger processes have the pids that follow its own. Otherwise any process may be younger.
 */
export function mayBeYounger({ started, alive, circle }: Moment): (pid: number) => boolean {
  const furthest = (countStarted() ?? Infinity) - started + 2 * alive + LEEWAY;
  return (pid) => (pid - process.pid + circle) % circle <= furthest;
}

function countStarted(): number | undefined {
  return numberIn('/proc/stat', /^processes (\d+)$/m);
}

/** A number from a file of proc(5); undefined when the file does not contain it, or cannot be read. */
function numberIn(file: string, pattern: RegExp): number | undefined {
  const text = attempt(() => readFileSync(file, 'utf8'));
  const found = text.status === 'fulfilled' ? pattern.exec(text.value)?.[1] : undefined;
  return found === undefined ? undefined : Number(found);
}
