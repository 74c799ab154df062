import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hasCode, isMissing } from '../fs/fs-error.js';

export interface ProcessState {
  /** One letter as in `ps`: `T` is stopped, `Z` ended but not collected. */
  readonly letter: string;
  /** Is the process in the foreground job of its terminal? */
  readonly foreground: boolean;
}

/**
 * What the system says about a process; undefined when there is none with this pid.
 * On Linux one small read (0.25 ms); elsewhere `ps`, which is why it is called only when a signal came.
 */
export function processState(pid: number): ProcessState | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/**
 * When a process started, in words that only serve to be compared: with the pid they name a process for good. As the
 * client writes it down: the 22nd field of proc(5)'s stat on Linux, elsewhere the `lstart` of ps in UTC. Undefined when
 * there is no such process, or it has ended.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const [letter, ...rest] = statFields(pid) ?? [];
    // One that has ended stays listed until its parent asks how; in a container perhaps for ever.
    return letter === 'Z' ? undefined : rest[18];
  }
  return ps(pid, 'lstart=')?.trim();
}

/** The program and the arguments of a process, with blanks between them; undefined when there is no such process. By `ps`. */
export function commandOf(pid: number): string | undefined {
  return ps(pid, 'command=', '-ww')?.trim();
}

/** The parent of a process, on Linux; 0 for the first of all, undefined when there is no such process. */
export function parentOf(pid: number): number | undefined {
  const parent = statFields(pid)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function fromProc(pid: number): ProcessState | undefined {
  const fields = statFields(pid);
  if (!fields) return undefined;
  const [letter = '', , group, , , terminalGroup] = fields;
  return { letter, foreground: group === terminalGroup };
}

/** The fields of proc(5)'s stat from the third on: the second, the name, may itself hold blanks and parentheses. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    // ESRCH: it ended between the opening and the reading.
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
  const { status, stdout } = spawnSync('ps', [...options, '-o', column, '-p', String(pid)], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? stdout : undefined;
}
