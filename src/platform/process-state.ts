import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isMissing } from './fs-error.js';

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

function fromProc(pid: number): ProcessState | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  // proc(5): the second field, the name, may itself hold blanks and parentheses; what follows its last one does not.
  const [letter = '', , group, , , terminalGroup] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { letter, foreground: group === terminalGroup };
}

function fromPs(pid: number): ProcessState | undefined {
  let text: string;
  try {
    text = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined; // ps exits with 1 when there is no such process
  }
  return { letter: text.charAt(0), foreground: text.includes('+') };
}
