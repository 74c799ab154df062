import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { hasCode } from './fs/fs-error.js';
import { numberIn, otherPids, parentOf, pause } from './process.js';

/**
 * Whether another process of this user was started with a variable set to this value. With `since`, a moment soon after the
 * start of this process, it looks only at processes that may be younger than this one, which takes a millisecond; without it
 * every process takes 10 to 30 µs more. Linux only: on other systems it returns false, because the answer would require
 * starting a program.
 */
export function isInSomeEnvironment(variable: string, value: string, since?: Moment): boolean {
  if (process.platform !== 'linux') return false;
  const setting = `\0${variable}=${value}\0`;
  const mayMatter = since ? mayBeYounger(since) : () => true;
  return isSomeWanted(
    () => otherPids().filter(mayMatter),
    (pid) => lookAtProcess(pid, setting),
  );
}

function lookAtProcess(pid: number, setting: string): Look {
  const folder = `/proc/${pid}`;
  try {
    if (statSync(folder).uid !== process.getuid?.()) return 'other';
    const environment = environOf(pid);
    if (environment !== '') return `\0${environment}`.includes(setting) ? 'wanted' : 'other';
    // The environment is empty while a process executes another program. The link `exe` then exists; it is missing for a process that
    // has exited, and for a kernel thread.
    readlinkSync(`${folder}/exe`);
    return lookAtParent(pid, setting);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return 'ended';
    if (hasCode(error, 'EACCES', 'EPERM')) return 'other';
    throw error;
  }
}

/** A process has the variables of its parent, unless the parent has only adopted it; ancestors of this process may have done that. */
function lookAtParent(pid: number, setting: string): Look {
  const parent = parentOf(pid);
  if (parent === undefined || lineage().includes(parent)) return 'starting';
  const found = lookAtProcess(parent, setting);
  return found === 'ended' ? 'starting' : found;
}

/** This process and all its ancestors. */
function lineage(): number[] {
  const line: number[] = [];
  for (let pid: number | undefined = process.pid; pid !== undefined && pid > 0; pid = parentOf(pid)) line.push(pid);
  return line;
}

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
function mayBeYounger({ started, alive, circle }: Moment): (pid: number) => boolean {
  const furthest = (countStarted() ?? Infinity) - started + 2 * alive + LEEWAY;
  return (pid) => (pid - process.pid + circle) % circle <= furthest;
}

function countStarted(): number | undefined {
  return numberIn('/proc/stat', /^processes (\d+)$/m);
}

/** The result of a look at one process. */
export type Look =
  | 'wanted'
  | 'other'
  /** It has exited after it was listed. */
  | 'ended'
  /** It is being started, so the answer is not known yet. */
  | 'starting';

/** How often to list processes again: a listed process may start another one and exit before it is looked at. */
const MOST_ROUNDS = 4;

/** How long to wait for processes that are being started. A start takes less than 1 ms; 20 ms were seen on a busy machine with a slow disk. */
const LOOK_MS = 250;

/**
 * Whether any process is wanted, though processes start and exit meanwhile. Each process is looked at once, and again while
 * it is being started. A process that takes too long to start counts as wanted.
 */
export function isSomeWanted(list: () => readonly number[], look: (pid: number) => Look): boolean {
  const deadline = performance.now() + LOOK_MS;
  const known = new Set<number>();
  for (let round = 1; ; round++) {
    const looks = new Map(list().flatMap((pid) => (known.has(pid) ? [] : [[pid, look(pid)]])));
    const found = new Set(looks.values());
    if (found.has('wanted')) return true;
    if (found.has('starting')) {
      if (performance.now() > deadline) return true;
      pause(1);
    } else if (!found.has('ended') || round >= MOST_ROUNDS) return false;
    for (const [pid, is] of looks) if (is !== 'starting') known.add(pid);
  }
}

/**
 * Looks up variables with which a process of this user was started. Undefined when the process was started without that variable, has
 * exited or belongs to another user, and always on systems other than Linux.
 */
export function variablesOf(pid: number): (name: string) => string | undefined {
  const settings = environUnlessRefused(pid).split('\0');
  return (name) => settings.find((setting) => setting.startsWith(`${name}=`))?.slice(name.length + 1);
}

function environUnlessRefused(pid: number): string {
  if (process.platform !== 'linux') return '';
  try {
    return environOf(pid);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return '';
    throw error;
  }
}

/** The settings `NAME=VALUE` with which a process was started, each followed by a NUL. Throws the system's errors. */
function environOf(pid: number): string {
  return readFileSync(`/proc/${pid}/environ`, 'utf8');
}
