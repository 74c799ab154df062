import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { attempt } from './attempt.js';
import { hasCode, isMissing, unlessMissing } from './fs/fs-error.js';

interface ProcessState {
  /** One letter as in `ps`: `T` is stopped, `Z` is a zombie, which has exited but was not waited for. */
  readonly letter: string;
  /** Whether the process is in the foreground job of its terminal. */
  readonly foreground: boolean;
}

/**
 * The state of a process; undefined when there is no process with this pid. On Linux it takes one small read (0.25 ms). On
 * other systems it starts `ps`, so it is called only after a signal.
 */
export function processState(pid: number): ProcessState | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/**
 * The start time of a process, as text that only serves for comparison: with the pid it identifies a process for good. The
 * format is the client's: on Linux the 22nd field of proc(5)'s stat, elsewhere the `lstart` of ps in UTC. Undefined when
 * there is no such process, or it has exited.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const [letter, ...rest] = statFields(pid) ?? [];
    // A process that has exited stays listed until its parent waits for it; in a container perhaps for ever.
    return letter === 'Z' ? undefined : rest[18];
  }
  return ps(pid, 'lstart=')?.trim();
}

/** The program and the arguments of a process, separated by blanks; undefined when there is no such process. Starts `ps`. */
export function commandOf(pid: number): string | undefined {
  return ps(pid, 'command=', '-ww')?.trim();
}

/** The pid of the parent of a process, on Linux; 0 for the first process, undefined when there is no such process. */
export function parentOf(pid: number): number | undefined {
  const parent = statFields(pid)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** The pids of all processes but this one, on Linux; empty elsewhere. Throws the system's errors. */
export function otherPids(): number[] {
  const names = unlessMissing(() => readdirSync('/proc')) ?? [];
  return names.filter((name) => /^\d+$/.test(name) && name !== String(process.pid)).map(Number);
}

/** A number from a file of proc(5) or of a control group; undefined when the file does not contain it, or cannot be read. */
export function numberIn(file: string, pattern: RegExp): number | undefined {
  const text = attempt(() => readFileSync(file, 'utf8'));
  const found = text.status === 'fulfilled' ? pattern.exec(text.value)?.[1] : undefined;
  return found === undefined ? undefined : Number(found);
}

function fromProc(pid: number): ProcessState | undefined {
  const fields = statFields(pid);
  if (!fields) return undefined;
  const [letter = '', , group, , , terminalGroup] = fields;
  return { letter, foreground: group === terminalGroup };
}

/** The fields of proc(5)'s stat from the third on. The second one, the name, may contain blanks and parentheses. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    // ESRCH: the process exited between the opening and the reading of the file.
    if (isMissing(error) || hasCode(error, 'ESRCH')) return undefined;
    throw error;
  }
}

function fromPs(pid: number): ProcessState | undefined {
  const text = ps(pid, 'stat=');
  return text === undefined ? undefined : { letter: text.charAt(0), foreground: text.includes('+') };
}

function ps(pid: number, column: string, ...options: readonly string[]): string | undefined {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { status, stdout } = spawnSync('ps', [...options, '-o', column, '-p', String(pid)], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : undefined;
}

/** The working folder; undefined when it has been removed. */
export function currentFolder(): string | undefined {
  return unlessMissing(() => process.cwd());
}

/** Signals that a terminal sends to its whole foreground job, so every other process of that job has received them already. */
export const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;

/** Lets this process survive Ctrl-C while a program that it runs has the terminal, until the returned function is called. */
export function ignoreTerminalSignals(): () => void {
  for (const signal of FROM_TERMINAL) process.on(signal, ignore);
  return () => {
    for (const signal of FROM_TERMINAL) process.off(signal, ignore);
  };
}

function ignore(): void {}

/** Blocks the thread for a number of milliseconds. For moments in which the process has nothing else to do. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
